import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';
import { ACROSS_TRANSPORTS } from './across.js';
import { freshKey, HISTORY, noneOpen, NOTES, number, type History } from './notes.js';
import { TRANSPORTS } from './transports.js';

let gateways: TestGateways;
let gateway: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start();
});
afterAll(() => gateways.close());

// By SQL anything with the key field gets into the log; that it does not fit the schema shows when it is read.
const MISFITS: readonly (readonly [string, (key: string) => Record<string, unknown>, number | null, string, unknown])[] = [
  ['a number that is none', (noteId) => ({ noteId, number: 'x' }), null, 'INTERNAL_SERVER_ERROR', { number: null }],
  ['a version of a newer schema', (noteId) => ({ noteId, number: 2 }), 99, 'EVENT_VERSION_UNSUPPORTED', null],
];

describe.each([...TRANSPORTS, ...ACROSS_TRANSPORTS])('G5: an event that cannot be completed, over $name', (transport) => {
  it.each(MISFITS)('%s: its edge comes with errors and a cursor, and the stream goes on', async (_what, payload, version, code, node) => {
    const key = freshKey();
    const where = { key: [key] };
    const subscription = transport.subscribe(gateway.url, NOTES, { where });
    await subscription.established();
    await number(gateway.url, key, [1]);
    await gateways.sql`INSERT INTO sluice.outbox (type, payload, version) VALUES ('Noted', ${JSON.stringify(payload(key))}::text::json, ${version})`;
    await subscription.take(2);
    await number(gateway.url, key, [3]);
    await subscription.take(3);
    const [, misfit] = subscription.results;
    expect(misfit?.data).not.toBeNull();
    expect(misfit?.data?.noteEvents.node ?? null).toEqual(node === null ? null : { noteId: key, ...(node as object) });
    expect(misfit?.errors).toMatchObject([{ path: expect.arrayContaining(['noteEvents', 'node']), extensions: { code } }]);
    expect(misfit?.extensions?.sluice?.cursor).toBe(misfit?.data?.noteEvents.cursor);
    expect(subscription.results.map((result) => result.errors === undefined)).toEqual([true, false, true]);
    subscription.close();

    const rest = await transport.subscribe(gateway.url, NOTES, { where }, { resumeFrom: misfit?.data?.noteEvents.cursor ?? '' }).take(1);
    expect(rest.numbers).toEqual([3]);
    rest.close();
    await noneOpen(gateway);
  });

  it('one without a field that its type requires is `node: null`', async () => {
    const key = freshKey();
    await number(gateway.url, key, [1]);
    // `noteId` is the key: it is there when the row is accepted, and the type of it is not looked at.
    await gateways.sql`INSERT INTO sluice.outbox (type, payload) VALUES ('Noted', ${`{"noteId": {"nested": "${key}"}, "number": 2}`}::text::json)`;
    const subscription = transport.subscribe(gateway.url, NOTES, { from: 'BEGINNING', where: { type: ['Noted'] } });
    await number(gateway.url, key, [3]);
    for await (const { data } of subscription) if (data?.noteEvents.node?.noteId === key && data.noteEvents.node.number === 3) break;
    const broken = subscription.results.findLast((result) => result.errors?.[0]?.path?.at(-1) === 'noteId');
    expect(broken?.data?.noteEvents).toEqual({ cursor: expect.any(String), node: null });
    subscription.close();
    await noneOpen(gateway);
  });
});

it('a history page has the same edge and error', async () => {
  const key = freshKey();
  await number(gateway.url, key, [1]);
  await gateways.sql`INSERT INTO sluice.outbox (type, payload) VALUES ('Noted', ${JSON.stringify({ noteId: key, number: 'x' })}::text::json)`;
  const page = await waitFor(async () => {
    const result = await query<{ noteEvents: History }>(gateway.url, HISTORY, { where: { key: [key] } });
    return result.data?.noteEvents.edges.length === 2 ? result : null;
  });
  expect(page.data?.noteEvents.edges[1]).toEqual({ cursor: expect.any(String), node: { noteId: key, number: null } });
  expect(page.errors).toMatchObject([{ path: ['noteEvents', 'edges', 1, 'node', 'number'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
});
