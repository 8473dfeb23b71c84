import type { Logger } from 'pino';
import { deadline } from '../base/signal.js';
import { NoAnswerError, type ConnectOptions } from './connect.js';
import type { Pool } from './pool.js';
import { LostSessionError, Session } from './session.js';

export interface SessionsOptions {
  readonly connect: ConnectOptions;
  /** Milliseconds after which the server ends a transaction that nothing is asked in: it is kept busy three times as often. */
  readonly leaseMs: number;
  /** Ends server processes that are still at work for nobody. */
  readonly pool: Pool;
  readonly log: Logger;
}

/** What a transaction is made of. */
export interface Stages<Found, Result> {
  /** Milliseconds that a statement of it may take; left out: as long as the server lets it. */
  readonly statementTimeout?: number;
  /** Reads, and nothing else: it is sent along with BEGIN, which saves a turn. */
  read(session: Session): Promise<Found>;
  work(session: Session, found: Found): Promise<Result>;
}

/**
 * Connections that batches commit through, `connect.max` at most: whoever needs one then waits in line, of which there are as many
 * as batches may be under way. In place of `sql.begin`: there, when a connection is lost in mid-transaction, what its user goes on
 * to write, and the ROLLBACK of the driver, reach whatever transaction has the connection's place by then.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #free: Session[] = [];
  readonly #lent = new Set<Session>();
  readonly #waiting: (() => void)[] = [];
  #used = 0;
  #ended = false;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** Lends a connection outside any transaction. Throws what the driver does when there is none. */
  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (this.#used < this.#options.connect.max) this.#used += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      let session = this.#free.pop();
      while (session?.lost.aborted === true) session = this.#free.pop();
      session ??= await this.#open();
      this.#lent.add(session);
      if (this.#ended) session.giveUp(new LostSessionError('The gateway has stopped.'));
      try {
        return await work(session);
      } finally {
        this.#lent.delete(session);
        if (this.#ended) session.giveUp(new LostSessionError('The gateway has stopped.'));
        else if (!session.lost.aborted) this.#free.push(session);
      }
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#used -= 1;
      else next();
    }
  }

  /**
   * A transaction: committed when `work` resolves, rolled back when it rejects. A process that freezes cannot keep it: the server
   * ends it with the lease. A server that does not answer within `silenceMs` has lost it (`NoAnswerError`).
   */
  async transaction<Found, Result>(silenceMs: number, { statementTimeout, read, work }: Stages<Found, Result>): Promise<Result> {
    return await this.use(async (session) => {
      const { raw } = session;
      const beat = setInterval(() => void session.ping(silenceMs), this.#options.leaseMs / 3);
      const answered = <Answer>(question: Promise<Answer>): Promise<Answer> => deadline(question, silenceMs, () => noAnswer(silenceMs));
      try {
        const limit = statementTimeout === undefined ? '' : `; SET LOCAL statement_timeout = ${statementTimeout}`;
        const [, found] = await Promise.all([answered(raw.unsafe(`BEGIN ISOLATION LEVEL READ COMMITTED${limit}`)), read(session)]);
        const result = await work(session, found);
        // The driver repeats some statements that have failed: behind COMMIT they would be in no transaction.
        await answered(session.allAnswered());
        const { command } = await answered(raw.unsafe('COMMIT'));
        // So the server answers when a statement of it has failed and nobody has looked.
        if (command !== 'COMMIT') throw new Error('A statement of the transaction failed unheard: it was rolled back.');
        return result;
      } catch (error) {
        if (error instanceof NoAnswerError) this.#giveUp(session, error);
        else await this.#rollBack(session, answered);
        throw error;
      } finally {
        clearInterval(beat);
      }
    });
  }

  /** One statement, outside any transaction. Past `silenceMs` nobody knows what became of it: `NoAnswerError`, and the connection is given up. */
  async statement<T>(silenceMs: number, ask: (session: Session) => Promise<T>): Promise<T> {
    return await this.use(async (session) => {
      try {
        return await deadline(ask(session), silenceMs, () => noAnswer(silenceMs));
      } catch (error) {
        if (error instanceof NoAnswerError) this.#giveUp(session, error);
        throw error;
      }
    });
  }

  /** Closes all of them, also those that are lent: what is under way in them is lost. */
  end(): void {
    this.#ended = true;
    for (const session of [...this.#free.splice(0), ...this.#lent]) session.giveUp(new LostSessionError('The gateway has stopped.'));
  }

  async #open(): Promise<Session> {
    const { max: _max, ...options } = this.#options.connect;
    return await Session.open(options);
  }

  async #rollBack(session: Session, answered: (question: Promise<unknown>) => Promise<unknown>): Promise<void> {
    if (session.lost.aborted) return;
    // What a handler that was given up waits for: its locks would be kept as long.
    if (!(await session.isQuiet())) {
      this.#giveUp(session, new LostSessionError('The transaction was given up in the middle of a statement.'));
      return;
    }
    try {
      await answered(session.raw.unsafe('ROLLBACK'));
    } catch (error) {
      this.#giveUp(session, error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Closes the connection, and ends its process on the server, which may be in the middle of something. */
  #giveUp(session: Session, reason: Error): void {
    const { pool, log, connect: { name } } = this.#options;
    const { pid, started } = session.backend;
    session.giveUp(reason);
    pool.ask((sql) => sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ${pid} AND backend_start::text = ${started} AND application_name = ${name}`)
      .catch((error: unknown) => log.warn({ err: error, pid }, 'a transaction that was given up goes on at the server until its statement has ended'));
  }
}

function noAnswer(ms: number): NoAnswerError {
  return new NoAnswerError(`a transaction had no answer within ${ms} ms`);
}
