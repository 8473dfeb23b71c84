import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** Bytes that may wait to be written to one socket; whoever sends past that waits for the kernel. */
export const SEND_AHEAD = 64 * 1024;

/**
 * How results go to one socket. The first of a turn of the event loop is written at once, as a live event is; what follows
 * in the same turn goes together in one write at its end, since a write for every event was a seventh of what catching up cost.
 * Waits only when more than 64 KiB are on their way: a slow client costs that much, and a fast one still leaves turns to others.
 */
export function createSend(socket: WebSocket, stream: Duplex): (data: string) => Promise<void> | undefined {
  let sentInTurn = false;
  let corked = false;
  const endTurn = (): void => {
    sentInTurn = false;
    if (!corked) return;
    corked = false;
    stream.uncork();
  };
  return (data) => {
    if (socket.readyState !== socket.OPEN) return undefined;
    if (!sentInTurn) {
      sentInTurn = true;
      setImmediate(endTurn);
    } else if (!corked) {
      corked = true;
      stream.cork();
    }
    if (socket.bufferedAmount < SEND_AHEAD) {
      // A failure closes the socket, which ends what sends to it.
      socket.send(data);
      return undefined;
    }
    return new Promise((resolve, reject) => socket.send(data, (error) => (error ? reject(error) : resolve())));
  };
}
