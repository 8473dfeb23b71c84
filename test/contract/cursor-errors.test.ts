import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signCursor } from '../../src/event/cursor.js';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import { ACROSS_TRANSPORTS } from './across.js';
import { HISTORY, noneOpen, NOTES, number, range } from './notes.js';
import { TRANSPORTS } from './transports.js';

let gateways: TestGateways;
let gateway: Gateway;
let cursors: string[];
/** A cursor beyond the head, signed with the gateway's own key: what a client holds after the log was cut off. */
let beyond: string;

beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start({ partitionSize: 10, ringEvents: 8 });
  cursors = [];
  for (const each of range(1, 40)) cursors.push(...(await number(gateway.url, 'n', [each])));
  const [row] = await gateways.sql<{ key: Uint8Array; epoch: Uint8Array }[]>`
    SELECT l.signing_key AS key, e.id AS epoch FROM sluice.log l, sluice.epochs e ORDER BY e.number DESC LIMIT 1`;
  if (row === undefined) throw new Error('no epoch');
  beyond = signCursor({ epoch: Buffer.from(row.epoch).toString('hex'), position: 1_000 }, row.key);
  await dropFirstPartitions(20);
});
afterAll(() => gateways.close());

/** What retention does: the readable log begins after `position`, and what lies before is gone. */
async function dropFirstPartitions(position: number): Promise<void> {
  await gateways.sql`UPDATE sluice.log SET earliest_position = ${position + 1}`;
  const partitions = await gateways.sql<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'sluice.events'::regclass ORDER BY 1`;
  for (const { name } of partitions.filter(({ name: partition }) => Number(partition.replace('events_', '')) <= position)) {
    await gateways.sql`DROP TABLE ${gateways.sql(`sluice.${name}`)}`;
  }
}

/** Every single bit of it flipped in turn would take long; these hit version, epoch, position and signature. */
function flip(cursor: string, byte: number): string {
  const bytes = Buffer.from(cursor, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(byte) ^ 1, byte);
  return bytes.toString('base64url');
}

const BROKEN: readonly (readonly [string, () => string, string])[] = [
  ['a flipped bit in its version', () => flip(cursors[39] ?? '', 0), 'CURSOR_INVALID'],
  ['a flipped bit in its epoch', () => flip(cursors[39] ?? '', 4), 'CURSOR_INVALID'],
  ['a flipped bit in its position', () => flip(cursors[39] ?? '', 16), 'CURSOR_INVALID'],
  ['a flipped bit in its signature', () => flip(cursors[39] ?? '', 28), 'CURSOR_INVALID'],
  ['its last character missing', () => (cursors[39] ?? '').slice(0, -1), 'CURSOR_INVALID'],
  ['a character too many', () => `${cursors[39] ?? ''}A`, 'CURSOR_INVALID'],
  ['garbage', () => 'latest', 'CURSOR_INVALID'],
  ['a place beyond the head', () => beyond, 'CURSOR_EPOCH_MISMATCH'],
  ['a place before what is kept', () => cursors[5] ?? '', 'CURSOR_EXPIRED'],
];

const codes = (errors: readonly { extensions?: Readonly<Record<string, unknown>> }[] | undefined): unknown[] => (errors ?? []).map((error) => error.extensions?.['code']);

describe.each([...TRANSPORTS, ...ACROSS_TRANSPORTS])('G5, G16: a cursor that cannot be honoured ends the subscription with a typed error, over $name', (transport) => {
  it.each(BROKEN)('as `after`: %s', async (_what, cursor, code) => {
    const subscription = transport.subscribe(gateway.url, NOTES, { after: cursor() });
    expect(codes(await subscription.failed())).toEqual([code]);
    expect(subscription.results).toEqual([]);
  });

  it.each(BROKEN)('as the cursor that the transport brings: %s', async (_what, cursor, code) => {
    const subscription = transport.subscribe(gateway.url, NOTES, { from: 'BEGINNING' }, { resumeFrom: cursor() });
    expect(codes(await subscription.failed())).toEqual([code]);
    expect(subscription.results).toEqual([]);
  });

  it('an empty `after` is no cursor either', async () => {
    expect(codes(await transport.subscribe(gateway.url, NOTES, { after: '' }).failed())).toEqual(['CURSOR_INVALID']);
  });

  it('CURSOR_EXPIRED names the earliest cursor, and from there everything that is kept comes', async () => {
    const [error] = await transport.subscribe(gateway.url, NOTES, { after: cursors[5] }).failed();
    const earliest = error?.extensions?.['earliestCursor'];
    expect(earliest).toBe(cursors[19]);
    const subscription = transport.subscribe(gateway.url, NOTES, { after: earliest });
    expect((await subscription.take(20)).numbers).toEqual(range(21, 40));
    subscription.close();
    await noneOpen(gateway);
  });
});

it.each(BROKEN)('G16: a history page says the same over POST and GET: %s', async (_what, cursor, code) => {
  const posted = await query(gateway.url, HISTORY, { after: cursor() });
  const got = await fetch(`${gateway.url}/graphql?${new URLSearchParams({ query: HISTORY, variables: JSON.stringify({ after: cursor() }) }).toString()}`);
  expect(codes(posted.errors)).toEqual([code]);
  expect(codes(((await got.json()) as typeof posted).errors)).toEqual([code]);
});

it('counts what was refused', async () => {
  const { values } = await gateway.metrics.cursorErrors.get();
  expect(Object.fromEntries(values.map(({ labels, value }) => [labels.code, value > 0]))).toEqual({ CURSOR_INVALID: true, CURSOR_EPOCH_MISMATCH: true, CURSOR_EXPIRED: true });
});
