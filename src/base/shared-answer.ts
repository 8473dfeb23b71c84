/** One question at a time, however many ask: whoever asks meanwhile, and for `keptFor` ms after the answer, gets the same, errors included. */
export class SharedAnswer<T> {
  readonly #question: () => Promise<T>;
  readonly #keptFor: number;
  #answer: Promise<T> | undefined;

  constructor(question: () => Promise<T>, keptFor: number) {
    this.#question = question;
    this.#keptFor = keptFor;
  }

  get(): Promise<T> {
    return (this.#answer ??= this.#ask());
  }

  #ask(): Promise<T> {
    const answer = this.#question();
    const forget = (): void => {
      setTimeout(() => {
        this.#answer = undefined;
      }, this.#keptFor).unref();
    };
    answer.then(forget, forget);
    return answer;
  }
}
