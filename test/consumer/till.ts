import type { Application } from '../../src/graphql/application.js';
import { processorsOf, type Processor } from '../../src/consumer/definition.js';
import type { Gateway, GatewayOptions } from '../../src/gateway.js';
import { createGateways, domain, query } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

/** What the events of test/fixtures/till are published with. */
export interface TillEvents {
  Paid: { receipt: string; customer: string; amount: number };
  Refunded: { receipt: string; customer: string; amount: number };
  Noticed: { customer: string; what: string };
}

export const defineProcessor = processorsOf<TillEvents>();

export interface Payment {
  readonly receipt: string;
  readonly customer: string;
  readonly amount: number;
  readonly occurredAt?: Date;
}

/** Slots are taken over soon, attempts follow each other soon. */
export const SOON = { backoff: { firstMs: 20, maxMs: 100, jitter: 0 }, timeoutMs: 5_000 } as const;
export const LEASE = 1_000;

/** A fresh database with a table `effects` (receipt, customer, amount), which processors write into. */
export async function createTill() {
  const gateways = await createGateways();
  const { sql } = gateways;
  await sql.unsafe('CREATE TABLE effects (n bigint GENERATED ALWAYS AS IDENTITY, consumer text NOT NULL, receipt text NOT NULL, customer text NOT NULL, amount int NOT NULL)');
  return {
    ...gateways,
    start(processors: readonly Processor[], options: Partial<GatewayOptions> = {}): Promise<Gateway> {
      const application: Application = { ...domain('test/fixtures/till'), processors };
      return gateways.start({ application, consumers: { leaseMs: LEASE }, ...options });
    },
    /** Publishes payments in one call, in order. */
    async pay(gateway: { readonly url: string }, payments: readonly Payment[]): Promise<void> {
      for (let from = 0; from < payments.length; from += 200) {
        const events = payments.slice(from, from + 200).map(({ receipt, customer, amount }) => ({ paid: { receipt, customer, amount } }));
        const result = await query(gateway.url, 'mutation($events: [PublishInput!]!) { publish(events: $events) { eventId } }', { events });
        if (!result.data) throw new Error(JSON.stringify(result.errors));
      }
    },
    /** Puts payments into the outbox, each with its own time. */
    async payBySql(payments: readonly Payment[]): Promise<void> {
      await sql`INSERT INTO sluice.outbox (type, payload, occurred_at) SELECT 'Paid', p::json, o::timestamptz FROM unnest(
        ${payments.map(({ receipt, customer, amount }) => JSON.stringify({ receipt, customer, amount }))}::text[], ${payments.map(({ occurredAt }) => occurredAt?.toISOString() ?? null)}::text[]) WITH ORDINALITY AS t(p, o, n) ORDER BY n`;
    },
    effects: (consumer: string) => sql<{ receipt: string; customer: string; amount: number }[]>`SELECT receipt, customer, amount FROM effects WHERE consumer = ${consumer} ORDER BY n`,
    /** What became of the events of a consumer so far. */
    async account(consumer: string): Promise<{ delivered: number; skipped: number; discarded: number; failed: number; dead: number; parked: number; pending: number; published: number }> {
      const [row] = await sql<Record<string, string>[]>`
        SELECT (SELECT sum(delivered) FROM sluice.consumer_slots WHERE consumer = c.name) AS delivered, (SELECT sum(skipped) FROM sluice.consumer_slots WHERE consumer = c.name) AS skipped,
          (SELECT sum(discarded) FROM sluice.consumer_slots WHERE consumer = c.name) AS discarded, (SELECT sum(failed) FROM sluice.consumer_slots WHERE consumer = c.name) AS failed,
          (SELECT count(*) FROM sluice.parked_events p WHERE p.consumer = c.name AND status = 'dead') AS dead,
          (SELECT count(*) FROM sluice.parked_events p WHERE p.consumer = c.name AND status <> 'dead') AS parked,
          (SELECT count(*) FROM sluice.events e WHERE e.type = ANY(c.types) AND e.position > c.start_position) AS published
        FROM sluice.consumers c WHERE c.name = ${consumer}`;
      const of = (name: string): number => Number(row?.[name] ?? 0);
      const [delivered, skipped, discarded, dead, parked, published] = [of('delivered'), of('skipped'), of('discarded'), of('dead'), of('parked'), of('published')];
      return { delivered, skipped, discarded, failed: of('failed'), dead, parked, published, pending: published - delivered - skipped - discarded - dead };
    },
    /** Resolves when a consumer has nothing left to do. */
    async done(consumer: string, ms = 20_000): Promise<void> {
      await waitFor(async () => {
        const { pending, parked } = await this.account(consumer);
        return pending === 0 && parked === 0;
      }, { timeoutMs: ms, what: `${consumer} to have nothing left to do` });
    },
  };
}
