/**
 * graphql-ws keeps its sockets to itself and listens to all of them through one emitter. So what an abandoned socket
 * still says is taken for the present one's: a late message reaches the same subscription a second time, a late close
 * ends the new connection. This hands every socket out at its birth, so that it can be silenced.
 */
export function announceSockets(Impl: typeof WebSocket, born: (socket: WebSocket) => void, judge?: Judge): typeof WebSocket {
  return class extends Impl {
    #onclose: WebSocket['onclose'] = null;

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      // Closing a socket of `ws` that is still connecting emits an error after graphql-ws has taken its listener off,
      // and an error without a listener ends a Node process. graphql-ws' own listener reports every other error.
      this.addEventListener('error', () => undefined);
      born(this);
    }

    override get onclose(): WebSocket['onclose'] {
      return this.#onclose;
    }

    override set onclose(listener: WebSocket['onclose']) {
      this.#onclose = listener;
      super.onclose = listener === null ? null : (event: CloseEvent): void => {
        const verdict = judge?.(event);
        // Whoever was silenced in the meantime is told nothing.
        if (verdict === undefined) void this.#onclose?.(event);
        else void verdict.then((as) => void this.#onclose?.(as as CloseEvent));
      };
    }
  };
}

/**
 * What a close is to be taken for: graphql-ws decides by the code alone whether it comes back, and some codes need a
 * question first. Undefined: for what it is. Must not reject.
 */
export type Judge = (event: { readonly code: number; readonly reason: string }) => Promise<object> | undefined;

/** Nothing this socket says from now on is heard. */
export function silence(socket: WebSocket): void {
  socket.onopen = null;
  socket.onmessage = null;
  socket.onclose = null;
  socket.onerror = null;
}
