/**
 * graphql-ws keeps its sockets to itself and listens to all of them through one emitter. So what an abandoned socket
 * still says is taken for the present one's: a late message reaches the same subscription a second time, a late close
 * ends the new connection. This hands every socket out at its birth, so that it can be silenced.
 */
export function announceSockets(Impl: typeof WebSocket, born: (socket: WebSocket) => void): typeof WebSocket {
  return class extends Impl {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      // Closing a socket of `ws` that is still connecting emits an error after graphql-ws has taken its listener off,
      // and an error without a listener ends a Node process. graphql-ws' own listener reports every other error.
      this.addEventListener('error', () => undefined);
      born(this);
    }
  };
}

/** Nothing this socket says from now on is heard. */
export function silence(socket: WebSocket): void {
  socket.onopen = null;
  socket.onmessage = null;
  socket.onclose = null;
  socket.onerror = null;
}
