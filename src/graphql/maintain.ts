import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Logger } from 'pino';
import { inRounds, type Rounds } from '../base/rounds.js';
import type { Application } from './application.js';

/** Milliseconds between two rounds. */
const EVERY = 60_000;

export interface MaintainOptions {
  readonly application: Application;
  readonly db: PostgresJsDatabase;
  readonly log: Logger;
  readonly idempotencyWindow: number;
}

/** Calls the application's `maintain` over and over; null: it has none. */
export function maintainApplication({ application, db, log, idempotencyWindow }: MaintainOptions): Rounds | null {
  if (application.maintain === undefined) return null;
  return inRounds(
    EVERY, async (signal) => await application.maintain?.({ db, idempotencyWindow, signal }),
    (error) => log.warn({ err: error, application: application.name }, 'maintenance of the application failed; it is tried again'),
  );
}
