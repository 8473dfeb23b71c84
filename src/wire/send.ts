import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** Bytes that may wait to be written to one socket; whoever sends past that waits for the kernel. */
export const SEND_AHEAD = 64 * 1024;

/**
 * How frames go to one socket. The first of a turn of the event loop is written at once, as a live event is; what follows
 * in the same turn is gathered and goes in one write at its end, since a write for every event was a seventh of what catching up
 * cost. Waits only when more than 64 KiB are on their way: a slow client costs that much, and a fast one still leaves turns to others.
 */
export class Sender {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  #gathered: string[] = [];
  #gatheredBytes = 0;
  #sentInTurn = false;
  #keep: ((data: string) => boolean) | undefined;

  constructor(socket: WebSocket, stream: Duplex) {
    this.#socket = socket;
    this.#stream = stream;
  }

  /** In the order of the calls. Resolves when more may be sent; a socket that is not open takes nothing. */
  send(data: string): Promise<void> | undefined {
    if (this.#socket.readyState !== this.#socket.OPEN || this.#keep?.(data) === false) return undefined;
    this.#gathered.push(data);
    this.#gatheredBytes += Buffer.byteLength(data);
    const wait = this.#socket.bufferedAmount + this.#gatheredBytes >= SEND_AHEAD;
    const first = !this.#sentInTurn;
    if (first) {
      this.#sentInTurn = true;
      setImmediate(() => {
        this.#sentInTurn = false;
        this.flush();
      });
    }
    if (wait) return new Promise((resolve, reject) => this.flush((error) => (error ? reject(error) : resolve())));
    if (first) this.flush();
    return undefined;
  }

  /** Writes what was gathered; `taken` is called when the kernel has the last of it. */
  flush(taken?: (error?: Error) => void): void {
    const frames = this.#gathered;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    const last = frames.length - 1;
    if (last > 0) this.#stream.cork();
    // A failure closes the socket, which ends what sends to it.
    for (const [index, frame] of frames.entries()) this.#socket.send(frame, index === last ? taken : undefined);
    if (last > 0) this.#stream.uncork();
  }

  /** From now on, also of what was gathered, only what `keep` is true for goes out. */
  stop(keep: (data: string) => boolean): void {
    this.#keep = keep;
    this.#gathered = this.#gathered.filter(keep);
  }
}
