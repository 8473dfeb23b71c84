import { deadline } from '../base/signal.js';
import { connect, NoAnswerError, type ConnectOptions, type Sql } from './connect.js';

/** Milliseconds after which a question counts as lost. All that go through a `Pool` are answered in far less. */
const ANSWER_WITHIN = 5_000;

/**
 * Connections for short questions. When one is not answered in time, its connection may be dead without knowing (a cable,
 * a failover): all are given up and new ones opened, where a plain pool would wait for TCP, a quarter of an hour.
 */
export class Pool {
  readonly #options: ConnectOptions;
  readonly #onError: (error: unknown) => void;
  #sql: Sql;
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  /** `onError` is told when old connections do not close cleanly. */
  constructor(options: ConnectOptions, onError: (error: unknown) => void) {
    this.#options = options;
    this.#onError = onError;
    this.#sql = connect(options);
  }

  /** Connections at most. */
  get max(): number {
    return this.#options.max;
  }

  /** Throws `NoAnswerError` after `ms` (5 s), and whatever the question throws. */
  async ask<T>(question: (sql: Sql) => Promise<T>, ms = ANSWER_WITHIN): Promise<T> {
    const sql = this.#sql;
    try {
      return await deadline(question(sql), ms, () => new NoAnswerError(`the database did not answer within ${ms} ms`));
    } catch (error) {
      if (isStuck(error) && sql === this.#sql) {
        this.#sql = connect(this.#options);
        sql.end({ timeout: 0 }).catch(this.#onError);
      }
      throw error;
    }
  }

  /**
   * As `ask`, but the time begins when a connection is free: for questions of which a crowd may come at once, which would
   * otherwise look like a connection that is dead. They wait in order, each for as long as those before it take, or until
   * `leaving` aborts: then it is out of the line, and throws that signal's reason.
   */
  async askInTurn<T>(question: (sql: Sql) => Promise<T>, ms = ANSWER_WITHIN, leaving?: AbortSignal): Promise<T> {
    leaving?.throwIfAborted();
    if (this.#underWay < this.#options.max) this.#underWay += 1;
    else await this.#turn(leaving);
    try {
      return await this.ask(question, ms);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#underWay -= 1;
      else next();
    }
  }

  #turn(leaving: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        reject(leaving?.reason as Error);
      };
      const begin = (): void => {
        leaving?.removeEventListener('abort', leave);
        resolve();
      };
      this.#waiting.push(begin);
      leaving?.addEventListener('abort', leave, { once: true });
    });
  }

  async end(): Promise<void> {
    await this.#sql.end({ timeout: 1 });
  }
}

/** A connection of postgres.js 3.4.9 that was lost when something was just to be written to it never opens again: `CONNECT_TIMEOUT`. */
function isStuck(error: unknown): boolean {
  return error instanceof NoAnswerError || (error instanceof Error && 'code' in error && error.code === 'CONNECT_TIMEOUT');
}
