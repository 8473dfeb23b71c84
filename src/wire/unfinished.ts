import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Milliseconds between two looks. */
const EVERY = 12_000;
/** Bytes of a control frame beside its payload, as a client sends it. */
const CONTROL_FRAME = 6;

/**
 * Cuts off a socket whose message has begun and is not complete after `within` milliseconds: its fragments would be held for as
 * long as it answers pings. `stream` is the connection below `socket`. Runs until the returned function is called.
 */
export function watchUnfinished(socket: WebSocket, stream: Socket, within: number): () => void {
  /** Bytes that belong to complete messages and to control frames. What has come beyond them is a message that has begun. */
  let complete = stream.bytesRead;
  let since = performance.now();
  const settle = (): void => {
    complete = stream.bytesRead;
    since = performance.now();
  };
  const control = (data: Buffer): void => {
    complete += data.length + CONTROL_FRAME;
  };
  socket.on('message', settle);
  socket.on('ping', control);
  socket.on('pong', control);
  const timer = setInterval(() => {
    if (stream.bytesRead <= complete) settle();
    else if (performance.now() - since > within) socket.terminate();
  }, Math.min(EVERY, within));
  return () => clearInterval(timer);
}
