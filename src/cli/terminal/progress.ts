/** A line on a terminal's stderr that is written over; on anything else nothing is shown. */
export interface Progress {
  show(text: string): void;
  /** Takes the line away, before something else is printed. */
  clear(): void;
}

/** Milliseconds between two refreshes. */
const EVERY = 100;

export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let shown = false;
  let last = 0;
  return {
    show(text) {
      const now = performance.now();
      if (!stream.isTTY || now - last < EVERY) return;
      last = now;
      shown = true;
      stream.write(`\r\u001b[K${text}`);
    },
    clear() {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}
