import type { Delivery } from '../../src/consumer/definition.js';
import type { Sql } from '../../src/db/connect.js';
import type { Reading } from './reading.js';

interface Row {
  readonly position: string;
  readonly payload: Reading;
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
  let page: Row[] = [];
  while (!until(handled)) {
    if (page.length === 0) {
      page = await sql<Row[]>`SELECT position, payload FROM sluice.events WHERE position > ${read} AND type = 'ReadingTaken' ORDER BY position LIMIT ${PAGE}`;
      read = Number(page.at(-1)?.position ?? read);
      if (page.length === 0) break;
    }
    const events = page.splice(0, batch);
    const to = Number(events.at(-1)?.position);
    const insertAll = async (on: Statement): Promise<void> => {
      for (const { position, payload: { sensorId, sequence } } of events) await on`INSERT INTO effects (consumer, position, sensor, sequence) VALUES (${consumer}, ${position}, ${sensorId}, ${sequence})`;
    };
    const checkpoint = async (on: Statement): Promise<void> => {
      const { count } = await on`UPDATE by_hand SET position = ${to} WHERE consumer = ${consumer} AND position = ${at}`;
      if (count !== 1) throw new Error('the checkpoint of the loop is not where it was');
    };
    if (delivery === 'exactly-once') {
      await sql.begin(async (tx) => {
        await insertAll(tx);
        await checkpoint(tx);
      });
    } else if (delivery === 'at-least-once') {
      await insertAll(sql);
      await checkpoint(sql);
    } else {
      await checkpoint(sql);
      await insertAll(sql);
    }
    at = to;
    handled += events.length;
  }
  return handled;
}

type Statement = (strings: TemplateStringsArray, ...values: (string | number)[]) => PromiseLike<{ readonly count: number }>;
