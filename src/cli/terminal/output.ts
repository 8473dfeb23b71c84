/** Bytes of text that may wait for stdout. */
const MOST = 8 * 1024 * 1024;

export interface OutputOptions {
  readonly stream?: NodeJS.WriteStream;
  /** Called with the last mark whose text, and all before it, the operating system has taken. The next waits for it. */
  readonly onFlushed?: (mark: string) => Promise<void>;
  /** Writing or `onFlushed` failed: nothing more is written, and no mark is passed any more. */
  readonly onError: (error: unknown) => void;
}

/** Text on its way to stdout, in order, each piece with a mark that counts once it has been written. */
export class Output {
  readonly #options: OutputOptions;
  readonly #stream: NodeJS.WriteStream;
  #waiting: { text: string; mark: string | null }[] = [];
  #size = 0;
  #pump: Promise<void> | undefined;
  #failed = false;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.#stream = options.stream ?? process.stdout;
  }

  /** More waits than should: stop adding, await `flushed`, go on. What is added all the same is kept. */
  get full(): boolean {
    return this.#size >= MOST;
  }

  add(text: string, mark: string | null): void {
    if (this.#failed) return;
    this.#waiting.push({ text, mark });
    this.#size += text.length + 64;
    this.#pump ??= this.#write();
  }

  /** Resolves when everything added has been written (or writing has failed). */
  async flushed(): Promise<void> {
    while (this.#pump !== undefined) await this.#pump;
  }

  async #write(): Promise<void> {
    // A turn later, so that what arrived in one piece is written in one piece.
    await Promise.resolve();
    try {
      while (this.#waiting.length > 0) {
        const pieces = this.#waiting;
        this.#waiting = [];
        const text = pieces.map((piece) => piece.text).join('');
        if (text !== '') await writeAll(this.#stream, text);
        const mark = pieces.findLast((piece) => piece.mark !== null)?.mark;
        if (mark !== null && mark !== undefined) await this.#options.onFlushed?.(mark);
        this.#size = this.#waiting.reduce((sum, piece) => sum + piece.text.length + 64, 0);
      }
    } catch (error) {
      this.#failed = true;
      this.#waiting = [];
      this.#options.onError(error);
    }
    // In the same turn in which nothing was found waiting: what is added next begins a new one.
    this.#pump = undefined;
  }
}

/** Resolves when the operating system has taken the text. */
export function writeAll(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
}
