import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Milliseconds between two pings. */
const KEEP_ALIVE = 12_000;

/**
 * Pings every 12 s until the returned function is called. A socket that has not answered by the time of the next ping is
 * terminated, unless it has taken data since and either the ping stood behind that data or more waits: a reader that is
 * slow is not gone. `stream` is the connection below `socket`.
 */
export function keepAlive(socket: WebSocket, stream: Socket): () => void {
  // `bytesWritten` counts what waits as well.
  const takenNow = (): number => stream.bytesWritten - stream.writableLength;
  let answered = true;
  let taken = 0;
  /** `taken`, as soon as the last ping has left. */
  let pinged = 0;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (answered) {
      answered = false;
      socket.ping();
      pinged = stream.bytesWritten;
      taken = takenNow();
      return;
    }
    const before = taken;
    taken = takenNow();
    if (taken === before || (before >= pinged && stream.writableLength === 0)) socket.terminate();
  }, KEEP_ALIVE);
  return () => clearInterval(timer);
}
