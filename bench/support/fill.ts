import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { DEFAULT_TENANT } from '../../src/auth/principal.js';
import type { Sql } from '../../src/db/connect.js';
import type { NewEvent } from '../../src/event/event.js';
import { append } from '../../src/log/append.js';
import { reading } from './reading.js';

/** Events of one CALL. */
const AT_ONCE = 1_000;
const DAY = 24 * 60 * 60 * 1_000;

/** Puts so many readings into the log, through a connection with `LOG_SESSION`. */
export async function fillLog(sql: Sql, count: number): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    const events = Array.from({ length: Math.min(AT_ONCE, count - done) }, (_, index): NewEvent => {
      const input = reading(done + index, 0);
      return {
        id: uuidv7(), topic: 'ReadingEvent', type: 'ReadingTaken', key: input.sensorId, version: 1, payload: JSON.stringify(input),
        occurredAt: null, correlationId: null, causationId: null, traceparent: null,
      };
    });
    await append(sql, [{ callId: randomUUID(), tenant: DEFAULT_TENANT, events, idempotency: null }], { drainLimit: 1_000, notify: true, repeated: false, idempotencyWindow: DAY });
  }
  await sql`VACUUM ANALYZE sluice.events`;
}
