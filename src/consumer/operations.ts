import { SluiceError } from '../base/error.js';
import { FairSlots } from '../base/fair-slots.js';
import type { Sql } from '../db/connect.js';
import type { Pool } from '../db/pool.js';
import type { Epochs } from '../log/epoch.js';
import { deleteConsumer, forkConsumer, pauseConsumer, resetConsumer, resumeConsumer, type Decision, type Deleted, type Reset } from './operations/change.js';
import { findDeadLetter, listDeadLetters, type DeadLetter, type DeadLetterFilter, type DeadLetterPage, type LetterPageOptions, type ParkedStatus } from './operations/dead-letters.js';
import { discardDeadLetters, replayDeadLetters, type Decided, type LetterDecision } from './operations/decide.js';
import type { Operator } from './operations/operator.js';
import { findConsumer, listConsumers, readActions, readSlots, type ConsumerAction, type ConsumerSlot, type ConsumerState } from './operations/read.js';

/** Milliseconds for a question that may look through 100,000 positions of the log. */
const READ_WITHIN = 10_000;
/** Questions and changes that may wait for their turn; past it `OVERLOADED`. A list of 500 consumers with their slots asks 501 times. */
const LINE = 1_000;

const oneByOne = (): FairSlots => new FairSlots({
  total: 1, perName: 1, line: LINE,
  full: () => new SluiceError('OVERLOADED', 'Too many ask for consumers at present. Wait `retryAfterMs` and try again.', { retryAfterMs: 1_000 }),
});

/**
 * Looks at consumers and decides about them, on the database alone: whatever gateways run them. Each change is noted in
 * sluice.consumer_actions, and gateways see it within a second. What each does, and its errors: `operations/*.ts`. A change may wait
 * for a batch, and a question look through much of the log: it takes one connection of the pool for questions, and one for changes.
 */
export class ConsumerOperations {
  readonly #pool: Pool;
  readonly #epochs: Epochs;
  readonly #questions = oneByOne();
  readonly #changes = oneByOne();

  /** `epochs` have been read. */
  constructor(pool: Pool, epochs: Epochs) {
    this.#pool = pool;
    this.#epochs = epochs;
  }

  list(operator: Operator, page: { readonly first?: number; readonly after?: string | null } = {}): Promise<ConsumerState[]> {
    return this.#ask(operator.tenant, (sql) => listConsumers(sql, operator, page));
  }

  /** Null: there is none that the operator may see. */
  get(operator: Operator, name: string): Promise<ConsumerState | null> {
    return this.#ask(operator.tenant, (sql) => findConsumer(sql, operator, name));
  }

  /** Of a consumer that the operator was shown. */
  slots(operator: Operator, name: string): Promise<readonly ConsumerSlot[]> {
    return this.#ask(operator.tenant, (sql) => readSlots(sql, name));
  }

  /** Of a consumer that the operator was shown. */
  actions(operator: Operator, name: string, first: number): Promise<readonly ConsumerAction[]> {
    return this.#ask(operator.tenant, (sql) => readActions(sql, name, first));
  }

  pause(decision: Decision): Promise<void> {
    return this.#change(decision, () => pauseConsumer(this.#pool, decision));
  }

  resume(decision: Decision): Promise<void> {
    return this.#change(decision, () => resumeConsumer(this.#pool, decision));
  }

  reset(decision: Parameters<typeof resetConsumer>[2]): Promise<Reset> {
    return this.#change(decision, () => resetConsumer(this.#pool, this.#epochs, decision));
  }

  /** Gives the name of the fork. */
  fork(decision: Parameters<typeof forkConsumer>[2]): Promise<string> {
    return this.#change(decision, () => forkConsumer(this.#pool, this.#epochs, decision));
  }

  delete(decision: Parameters<typeof deleteConsumer>[1]): Promise<Deleted> {
    return this.#change(decision, () => deleteConsumer(this.#pool, decision));
  }

  deadLetters(operator: Operator, filter: DeadLetterFilter, page: LetterPageOptions = {}): Promise<DeadLetterPage> {
    return this.#ask(operator.tenant, (sql) => listDeadLetters(sql, operator, filter, page));
  }

  deadLetter(operator: Operator, consumer: string, position: string, status?: readonly ParkedStatus[]): Promise<DeadLetter | null> {
    return this.#ask(operator.tenant, (sql) => findDeadLetter(sql, operator, consumer, position, status));
  }

  replay(decision: LetterDecision): Promise<Decided> {
    return this.#change(decision, () => replayDeadLetters(this.#pool, decision));
  }

  discard(decision: LetterDecision & { readonly reason: string }): Promise<Decided> {
    return this.#change(decision, () => discardDeadLetters(this.#pool, decision));
  }

  async #ask<T>(tenant: string, question: (sql: Sql) => Promise<T>): Promise<T> {
    const release = await this.#questions.acquire(tenant);
    return this.#pool.ask(question, READ_WITHIN).finally(release);
  }

  async #change<T>({ operator }: { readonly operator: Operator }, change: () => Promise<T>): Promise<T> {
    const release = await this.#changes.acquire(operator.tenant);
    return change().finally(release);
  }
}
