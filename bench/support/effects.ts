import { sql as fragment } from 'drizzle-orm';
import { z } from 'zod';
import { processorsOf, type Delivery, type EventOf, type Processor } from '../../src/consumer/definition.js';
import type { Sql } from '../../src/db/connect.js';
import type { Reading } from './reading.js';

interface BenchEvents {
  ReadingTaken: Reading;
}

const defineProcessor = processorsOf<BenchEvents>();

export const DELIVERIES = ['exactly-once', 'at-least-once', 'at-most-once'] as const satisfies readonly Delivery[];
export const BATCHES = [1, 10, 100] as const;
/** Batches at once: as the loop by hand does it, and the default. */
export const AT_ONCE = [1, 4] as const;

/** Name of the processor that writes effects in this way. */
export function effectConsumer(delivery: Delivery, batch: number, atOnce: number): string {
  return `${delivery}-${batch}-${atOnce}`;
}

export const ROWS = 'rows';
export const TOTALS = 'totals';
export const LIVE = 'live';
/** Told, with the sequence, when an effect is committed. */
export const CHANNEL = 'bench_effects';

/** What the processors and the loop write into: one row for each event; and the checkpoint of the loop. */
export async function createEffects(sql: Sql): Promise<void> {
  await sql`CREATE TABLE effects (consumer text NOT NULL, position bigint NOT NULL, sensor text NOT NULL, sequence int NOT NULL)`;
  await sql`CREATE TABLE by_hand (consumer text PRIMARY KEY, position bigint NOT NULL)`;
}

/** Has the database tell `CHANNEL` of effects from now on: a statement of the handler would be part of what is measured. */
export async function tellOfEffects(sql: Sql): Promise<void> {
  await sql.unsafe(`CREATE FUNCTION tell_of_effects() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('${CHANNEL}', sequence::text) FROM written; RETURN NULL; END $$;
    CREATE TRIGGER told AFTER INSERT ON effects REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION tell_of_effects()`);
}

const insert = (consumer: string, { sensorId, sequence, meta }: EventOf<BenchEvents>) =>
  fragment`INSERT INTO effects (consumer, position, sensor, sequence) VALUES (${consumer}, ${meta.position}, ${sensorId}, ${sequence})`;

function writing(name: string, delivery: Delivery, options: { readonly batch?: number; readonly partitions?: number }): Processor {
  return defineProcessor({
    name, topics: ['ReadingEvent'], delivery, from: 'beginning', ...options,
    async handle(event, context) {
      await (delivery === 'exactly-once' ? context.tx : context.db).execute(insert(name, event));
    },
  });
}

const totals = defineProcessor({
  name: TOTALS, topics: ['ReadingEvent'], delivery: 'exactly-once', from: 'beginning',
  state: { schema: z.object({ count: z.int(), sum: z.int() }), initial: { count: 0, sum: 0 } },
  handle({ sequence }, { state }) {
    state.set({ count: state.value.count + 1, sum: state.value.sum + sequence });
  },
});

const live = defineProcessor({
  name: LIVE, topics: ['ReadingEvent'], delivery: 'exactly-once',
  async handle(event, { tx }) {
    await tx.execute(insert(LIVE, event));
  },
});

/** Those of a part of the bench. */
export const PARTS: Readonly<Record<'backlog' | 'live', readonly Processor[]>> = {
  backlog: [
    ...DELIVERIES.flatMap((delivery) => BATCHES.flatMap((batch) => AT_ONCE.map((partitions) => writing(effectConsumer(delivery, batch, partitions), delivery, { batch, partitions })))),
    writing(ROWS, 'exactly-once', {}), totals,
  ],
  live: [live],
};
