import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Logger } from 'pino';
import { pause } from '../base/signal.js';
import type { Application } from './application.js';

/** Milliseconds between two rounds. */
const EVERY = 60_000;

export interface MaintainOptions {
  readonly application: Application;
  readonly db: PostgresJsDatabase;
  readonly log: Logger;
  readonly idempotencyWindow: number;
}

/** Calls the application's `maintain` over and over; an application without one costs nothing. */
export function maintainApplication({ application, db, log, idempotencyWindow }: MaintainOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (application.maintain !== undefined && !stopping.signal.aborted) {
      try {
        await application.maintain({ db, idempotencyWindow, signal: stopping.signal });
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ err: error, application: application.name }, 'maintenance of the application failed; it is tried again');
      }
      await pause(EVERY, stopping.signal);
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
