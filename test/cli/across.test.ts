import { afterAll, beforeAll, expect, it } from 'vitest';
import { number, tick } from '../contract/notes.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { jsonLines, sluice } from './sluice.js';

let gateways: TestGateways;
let url: string;
beforeAll(async () => {
  gateways = await createGateways();
  url = (await gateways.start()).url;
  await number(url, 'a', [1]);
  await tick(url);
  await number(url, 'a', [2]);
});
afterAll(() => gateways.close());

it('tail and history read all topics, or several, in the order of the log', async () => {
  const types = (text: string): string[] => jsonLines<{ meta: { type: string } }>(text.split('\n')).map(({ meta }) => meta.type);
  const all = await sluice(['tail', '--from', 'beginning', '--no-follow', '--json', '--url', url]);
  expect([all.code, all.stderr, types(all.stdout)]).toEqual([0, '', ['Noted', 'Ticked', 'Noted']]);
  const some = await sluice(['history', 'NoteEvent', 'TickEvent', '--last', '2', '--json', '--where', 'type=Ticked,Noted', '--url', url]);
  expect([some.code, some.stderr, types(some.stdout)]).toEqual([0, '', ['Ticked', 'Noted']]);
}, 120_000);
