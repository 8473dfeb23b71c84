import type { Delivery } from '../../src/consumer/definition.js';
import type { Sql } from '../../src/db/connect.js';
import type { Reading } from './reading.js';

/** An event as a loop by hand reads it. */
export interface HandEvent {
  readonly position: string;
  readonly sensor: string;
  readonly sequence: number;
}

/** Events that the loop reads at once, ahead of its batches. */
const PAGE = 1_000;

/**
 * What one writes who needs no gateway: reads the log, and for each batch inserts the effects, one statement each as the handler
 * does it, and moves the checkpoint; each delivery with what has to be in which order. Gives how many events it handled until
 * `until` says so.
 */
export async function loopByHand(sql: Sql, consumer: string, delivery: Delivery, batch: number, until: (handled: number) => boolean): Promise<number> {
  await sql`INSERT INTO by_hand (consumer, position) VALUES (${consumer}, 0) ON CONFLICT (consumer) DO UPDATE SET position = 0`;
  let [at, read, handled] = [0, 0, 0];
  let page: HandEvent[] = [];
  while (!until(handled)) {
    if (page.length === 0) {
      const rows = await sql<{ position: string; payload: Reading }[]>`SELECT position, payload FROM sluice.events WHERE position > ${read} AND type = 'ReadingTaken' ORDER BY position LIMIT ${PAGE}`;
      page = rows.map(({ position, payload: { sensorId: sensor, sequence } }) => ({ position, sensor, sequence }));
      read = Number(page.at(-1)?.position ?? read);
      if (page.length === 0) break;
    }
    const events = page.splice(0, batch);
    const to = Number(events.at(-1)?.position);
    if (delivery === 'exactly-once') {
      await handleAtOnce(sql, consumer, events, at);
    } else if (delivery === 'at-least-once') {
      await insertEffects(sql, consumer, events);
      await moveCheckpoint(sql, consumer, at, to);
    } else {
      await moveCheckpoint(sql, consumer, at, to);
      await insertEffects(sql, consumer, events);
    }
    at = to;
    handled += events.length;
  }
  return handled;
}

/** The effects of some events and the checkpoint, which was at `from`, in one transaction. */
export async function handleAtOnce(sql: Sql, consumer: string, events: readonly HandEvent[], from: number): Promise<void> {
  await sql.begin(async (tx) => {
    await insertEffects(tx, consumer, events);
    await moveCheckpoint(tx, consumer, from, Number(events.at(-1)?.position));
  });
}

type Statement = (strings: TemplateStringsArray, ...values: (string | number)[]) => PromiseLike<{ readonly count: number }>;

async function insertEffects(on: Statement, consumer: string, events: readonly HandEvent[]): Promise<void> {
  for (const { position, sensor, sequence } of events) await on`INSERT INTO effects (consumer, position, sensor, sequence) VALUES (${consumer}, ${position}, ${sensor}, ${sequence})`;
}

async function moveCheckpoint(on: Statement, consumer: string, from: number, to: number): Promise<void> {
  const { count } = await on`UPDATE by_hand SET position = ${to} WHERE consumer = ${consumer} AND position = ${from}`;
  if (count !== 1) throw new Error('the checkpoint of the loop is not where it was');
}
