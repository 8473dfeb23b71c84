import { drizzle } from 'drizzle-orm/postgres-js';
import type { EventInputs } from '../../../src/commerce/generated/events.js';
import { pipelinesOf } from '../../../src/consumer/steps/pipeline.js';
import type { HandlerContext, KeyState, Processor, StepTrace } from '../../../src/consumer/definition.js';
import { Pool } from '../../../src/db/pool.js';
import { createLogger } from '../../../src/observe/log.js';
import { createReferences, referenceConnections } from '../../../src/reference/loaders.js';
import { mapEntities } from '../../../src/reference/table-mapping.js';
import { entity, field, model, reference } from '../../reference/model.js';
import { createDatabase } from '../../support/postgres.js';

export const definePipeline = pipelinesOf<EventInputs>();

export interface Attempt {
  /** What `handle` rejected with; undefined when it did not. */
  readonly error: unknown;
  readonly emitted: readonly { readonly type: string; readonly data: object; readonly options: object | undefined }[];
  /** `name: outcome` of each step. */
  readonly steps: readonly string[];
  readonly traces: readonly StepTrace[];
  readonly late: number;
}

export interface Attempts {
  /** One attempt at an event, whose watermark is when it occurred. State is kept from one to the next. */
  run(processor: Processor, event: object, options?: { readonly signal?: AbortSignal }): Promise<Attempt>;
  /** Statements for reference data so far. */
  statements(): number;
  close(): Promise<void>;
}

const MODEL = model([entity('Customer', 'customers', [field('id', 'ID'), field('name', 'String'), field('country', 'String')])], {
  PaymentCaptured: [reference('customer', 'customerId', 'Customer')],
});

/** Attempts with a context of real parts: reference data of a database with the customers `ann` (DE) and `bob` (US). */
export async function createAttempts(): Promise<Attempts> {
  const database = await createDatabase();
  await database.sql.unsafe(`CREATE TABLE customers (id text PRIMARY KEY, name text NOT NULL, country text NOT NULL); INSERT INTO customers VALUES ('ann', 'Ann', 'DE'), ('bob', 'Bob', 'US')`);
  const pool = new Pool(referenceConnections({ url: database.url }), () => undefined);
  let statements = 0;
  const references = createReferences({ pool, model: MODEL, mappings: await pool.ask((sql) => mapEntities(sql, MODEL, [])), onStatement: () => void (statements += 1) });
  const db = drizzle(database.sql);
  const states = new Map<Processor, unknown>();

  const stateOf = ({ state }: Processor, processor: Processor): KeyState<unknown> => ({
    get value() {
      return states.has(processor) ? states.get(processor) : state?.initial;
    },
    set: (next) => void states.set(processor, JSON.parse(JSON.stringify(state?.schema.parse(next)))),
    clear: () => void states.delete(processor),
  });

  return {
    run: async (processor, event, { signal = new AbortController().signal } = {}) => {
      const emitted: Attempt['emitted'][number][] = [];
      const traces: StepTrace[] = [];
      let late = 0;
      const { meta } = event as { readonly meta: { readonly occurredAt: Date } };
      const context: HandlerContext<Record<string, object>, unknown> = {
        tenant: 'default', key: 'ann', state: stateOf(processor, processor), watermark: meta.occurredAt, late: () => void (late += 1),
        emit: (type, data, options) => {
          emitted.push({ type, data, options });
          return String(emitted.length);
        },
        get tx(): never {
          throw new TypeError('There is no transaction.');
        },
        db, loaders: references.forBatch(), references: MODEL.references, log: createLogger('silent'), trace: (step) => void traces.push(step), signal, attempt: 1, dryRun: false,
      };
      let error: unknown;
      try {
        await processor.handle(event as Parameters<Processor['handle']>[0], context);
      } catch (thrown) {
        error = thrown;
      }
      return { error, emitted, traces, steps: traces.map(({ name, outcome }) => `${name}: ${outcome}`), late };
    },
    statements: () => statements,
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
}

/** A payment of Ann's, as a processor is given it. */
export function payment(fields: Readonly<Record<string, unknown>> = {}, meta: { readonly version?: number; readonly occurredAt?: Date } = {}): object {
  return {
    __typename: 'PaymentCaptured', paymentId: 'p1', orderId: 'o1', customerId: 'ann', amount: { amount: 500, currency: 'EUR' }, ...fields,
    meta: {
      id: '00000000-0000-4000-8000-000000000001', topic: 'PaymentEvent', key: 'ann', tenant: 'default', position: '1', version: 1, occurredAt: new Date(0), recordedAt: new Date(0),
      correlationId: null, causationId: null, traceparent: null, ...meta,
    },
  };
}
