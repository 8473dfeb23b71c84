import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { number, range } from '../contract/notes.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { jsonLines, sluice } from './sluice.js';

let gateways: TestGateways;
let url: string;
beforeAll(async () => {
  gateways = await createGateways();
  url = (await gateways.start()).url;
  for (let from = 1; from <= 1_200; from += 300) await number(url, 'h', range(from, from + 299));
});
afterAll(() => gateways.close());

interface Line {
  readonly cursor: string;
  readonly data: { readonly number: number };
}

async function read(...args: string[]): Promise<Line[]> {
  const ended = await sluice(['history', 'NoteEvent', '--json', ...args, '--url', url]);
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  return jsonLines<Line>(ended.stdout.split('\n'));
}
const numbers = (lines: readonly Line[]): number[] => lines.map(({ data }) => data.number);

describe('sluice history', () => {
  it('reads across pages, from either end, between cursors', async () => {
    const all = await read('--first', 'all');
    expect(numbers(all)).toEqual(range(1, 1_200));
    expect(numbers(await read())).toEqual(range(1, 50));
    expect(numbers(await read('--last', '600'))).toEqual(range(601, 1_200));
    const [after = '', before = ''] = [all[9]?.cursor, all[20]?.cursor];
    expect(numbers(await read('--after', after, '--before', before, '--first', 'all'))).toEqual(range(11, 20));
    expect(numbers(await read('--last', '3', '--before', before))).toEqual([18, 19, 20]);
    expect(numbers(await read('--where', 'number=7,9,1200', '--first', 'all'))).toEqual([7, 9, 1_200]);
  }, 180_000);

  it('prints a table with a header once, and how to go on', async () => {
    const ended = await sluice(['history', 'NoteEvent', '--first', '2', '--url', url]);
    expect(ended.stdout).toMatch(/^recorded +type +key +event\n\d{4}.{19} {2}Noted {2}h {4}number=1\n\d{4}.{19} {2}Noted {2}h {4}number=2$/);
    expect(ended.stderr).toMatch(/^2 events\. More: --after A[\w-]{38}$/);
    const none = await sluice(['history', 'TickEvent', '--url', url]);
    expect([none.code, none.stdout, none.stderr]).toEqual([0, '', 'No events.']);
  }, 120_000);
});
