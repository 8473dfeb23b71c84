import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { insertConsumer, insertMember, insertParked } from '../consumer/rows.js';
import { post, publish } from '../security/ways.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import { bearer, createOwners, guarded, guardedApplication } from '../support/security.js';

let gateways: TestGateways;
let gateway: Gateway;
let admin: string;
let acme: string;
beforeAll(async () => {
  gateways = await createGateways();
  await createOwners(gateways.sql, ['default']);
  gateway = await gateways.start(guarded(guardedApplication().application));
  [admin, acme] = [await bearer.admin(), await bearer.admin({ sub: 'boss', tenant: 'acme' })];
});
afterAll(() => gateways.close());
beforeEach(() => gateways.sql`DELETE FROM sluice.consumers`);

const ask = <T = Record<string, unknown>>(text: string, variables: Readonly<Record<string, unknown>> = {}, token = admin): Promise<T> => post<T>(gateway.url, token, text, variables);
/** Code of the first error. */
async function refusal(text: string, token = admin): Promise<unknown> {
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'authorization': `Bearer ${token}` }, body: JSON.stringify({ query: text }) });
  return (await response.json() as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code;
}

describe('consumers over GraphQL', () => {
  it('shows everything about a consumer', async () => {
    await insertConsumer(gateways.sql, { name: 'fraud', position: 7 });
    const id = await insertMember(gateways.sql, 'fraud', { delivered: 40, failed: 10, lagEvents: 120, lagMs: 900, slots: [3] });
    await gateways.sql`UPDATE sluice.consumer_slots SET delivered = 5000000000, watermark = '2026-03-01T09:30:00Z' WHERE consumer = 'fraud' AND slot = 3`;
    await insertParked(gateways.sql, { consumer: 'fraud', position: 9 });
    const { consumers } = await ask<{ consumers: Record<string, unknown>[] }>(`{ consumers {
      name kind delivery topics types tenant forkOf status statusReason statusBy statusAt startPosition endPosition createdAt gateways
      lag { events ms source } rates { delivered failed error added } etaMs counts { delivered skipped discarded failed late dead retrying waiting lost } lostAt
      slots { slot position watermark owner delivered skipped discarded failed late } actions { id action } } }`);
    expect(consumers).toEqual([{
      name: 'fraud', kind: 'PROCESSOR', delivery: 'EXACTLY_ONCE', topics: ['NoteEvent'], types: ['Noted'], tenant: null, forkOf: null, status: 'RUNNING', statusReason: null, statusBy: null,
      statusAt: expect.any(String) as string, startPosition: '7', endPosition: null, createdAt: expect.any(String) as string, gateways: 1,
      lag: { events: 120, ms: 900, source: 'GATEWAYS' }, rates: { delivered: 40, failed: 10, error: 0.2, added: 0 }, etaMs: 3_000,
      counts: { delivered: 5_000_000_000, skipped: 0, discarded: 0, failed: 0, late: 0, dead: 1, retrying: 0, waiting: 0, lost: 0 }, lostAt: null,
      slots: expect.any(Array) as unknown[], actions: [],
    }]);
    const slots = consumers[0]?.['slots'] as Record<string, unknown>[];
    expect(slots).toHaveLength(64);
    expect(slots[3]).toEqual({ slot: 3, position: '7', watermark: '2026-03-01T09:30:00.000Z', owner: id, delivered: 5_000_000_000, skipped: 0, discarded: 0, failed: 0, late: 0 });
    expect(await ask('{ consumer(name: "other") { name } }')).toEqual({ consumer: null });
  });

  it('pauses, resumes, resets, forks and deletes, in the name of the caller', async () => {
    const [receipt] = await publish(gateway.url, admin, [{ bulletinPosted: { bulletinId: 'b' } }]);
    await publish(gateway.url, admin, [{ bulletinPosted: { bulletinId: 'b' } }]);
    await insertConsumer(gateways.sql, { name: 'fraud', position: 1 });
    await insertParked(gateways.sql, { consumer: 'fraud', position: 1 });
    expect(await ask('mutation { pauseConsumer(name: "fraud", reason: "odd") { consumer { status statusReason statusBy } } }')).toEqual({ pauseConsumer: { consumer: { status: 'PAUSED', statusReason: 'odd', statusBy: 'root' } } });
    expect(await ask('mutation { resumeConsumer(name: "fraud") { consumer { status statusReason } } }')).toEqual({ resumeConsumer: { consumer: { status: 'RUNNING', statusReason: null } } });
    expect(await refusal('mutation { resetConsumer(name: "fraud", to: { from: BEGINNING }) { keys } }')).toBe('CONFLICT');
    expect(await refusal('mutation { resetConsumer(name: "fraud", to: { from: BEGINNING, after: "x" }) { keys } }')).toBe('BAD_USER_INPUT');
    expect(await refusal('mutation { resetConsumer(name: "fraud", to: { after: "x" }) { keys } }')).toBe('CURSOR_INVALID');
    const reset = await ask<{ resetConsumer: { position: string } }>('mutation($to: ConsumerPlaceInput!) { resetConsumer(name: "fraud", to: $to, discardDeadLetters: true) { position deadLetters parked keys consumer { startPosition actions(first: 2) { action principal reason details } } } }', { to: { after: receipt?.cursor } });
    expect(reset).toEqual({ resetConsumer: {
      position: expect.any(String) as string, deadLetters: 1, parked: 0, keys: 0,
      consumer: { startPosition: reset.resetConsumer.position, actions: [
        { action: 'reset', principal: 'root', reason: null, details: { to: receipt?.cursor, position: reset.resetConsumer.position, deadLetters: 1, parked: 0, keys: 0 } },
        { action: 'resume', principal: 'root', reason: null, details: {} },
      ] },
    } });
    expect(await ask('mutation { forkConsumer(name: "fraud", label: "v2", from: { from: BEGINNING }, until: { from: NOW }) { consumer { name forkOf endPosition status } } }'))
      .toEqual({ forkConsumer: { consumer: { name: 'fraud@v2', forkOf: 'fraud', endPosition: String(Number(reset.resetConsumer.position) + 1), status: 'RUNNING' } } });
    expect(await ask('mutation { deleteConsumer(name: "fraud@v2") { names deadLetters } }')).toEqual({ deleteConsumer: { names: ['fraud@v2'], deadLetters: 0 } });
    expect(await refusal('mutation { deleteConsumer(name: "fraud@v2") { names } }')).toBe('BAD_USER_INPUT');
  });

  it('shows, replays and discards dead letters', async () => {
    const [receipt] = await publish(gateway.url, admin, [{ bulletinPosted: { bulletinId: 'dead', text: 'ü' } }]);
    await insertConsumer(gateways.sql, { name: 'fraud' });
    await gateways.sql`INSERT INTO sluice.parked_events (consumer, position, slot, lane, status, event_id, epoch, tenant, topic, type, key, version, payload, occurred_at, recorded_at, attempts, error, dead_at)
      SELECT 'fraud', position, 0, key, 'dead', id, sluice.epoch(), tenant, topic, type, key, version, payload, occurred_at, recorded_at, 8, '{"name": "TypeError", "message": "no", "step": "enrich"}', now() FROM sluice.events ORDER BY position DESC LIMIT 1`;
    const { deadLetters } = await ask<{ deadLetters: { edges: { cursor: string; node: { position: string } }[] } }>(`query($where: DeadLetterFilter) { deadLetters(where: $where, first: 1) {
      pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { consumer position cursor slot lane blocks eventId type topic key tenant version payload attempts error { name message code step } history { at ms } } } } }`,
    { where: { consumer: ['fraud'], error: 'TYPE', key: ['dead'] } });
    const [edge] = deadLetters.edges;
    expect(deadLetters).toEqual({
      pageInfo: { hasNextPage: false, hasPreviousPage: false, endCursor: edge?.cursor },
      edges: [{ cursor: expect.any(String) as string, node: {
        consumer: 'fraud', position: expect.any(String) as string, cursor: receipt?.cursor, slot: 0, lane: 'dead', blocks: false, eventId: receipt?.eventId, type: 'BulletinPosted', topic: 'BulletinEvent', key: 'dead',
        tenant: 'default', version: 1, payload: { bulletinId: 'dead', text: 'ü' }, attempts: 8, error: { name: 'TypeError', message: 'no', code: null, step: 'enrich' }, history: [],
      } }],
    });
    expect(await ask('query($after: Cursor) { deadLetters(after: $after) { edges { cursor } pageInfo { hasPreviousPage } } }', { after: edge?.cursor })).toEqual({ deadLetters: { edges: [], pageInfo: { hasPreviousPage: true } } });
    const position = edge?.node.position ?? '';
    expect(await ask('query($position: Position!) { deadLetter(consumer: "fraud", position: $position) { key } }', { position })).toEqual({ deadLetter: { key: 'dead' } });
    await insertParked(gateways.sql, { consumer: 'fraud', position: 2 });
    expect(await ask('mutation($positions: [Position!]!) { replayDeadLetters(consumer: "fraud", positions: $positions) { replayed notDead } }', { positions: [position, '1'] })).toEqual({ replayDeadLetters: { replayed: [position], notDead: ['1'] } });
    expect(await ask('mutation { discardDeadLetters(consumer: "fraud", positions: ["2", "1"], reason: "done by hand") { discarded notDead } }')).toEqual({ discardDeadLetters: { discarded: ['2'], notDead: ['1'] } });
    expect(await ask('{ deadLetters { edges { cursor } } consumer(name: "fraud") { counts { dead retrying discarded } } }')).toEqual({ deadLetters: { edges: [] }, consumer: { counts: { dead: 0, retrying: 1, discarded: 1 } } });
    expect(await refusal('mutation { discardDeadLetters(consumer: "fraud", positions: ["2"], reason: "") { discarded } }')).toBe('BAD_USER_INPUT');
    expect(await refusal('{ deadLetters(after: "x") { edges { cursor } } }')).toBe('CURSOR_INVALID');
  });

  it('G13: the tenant of the caller decides what it sees and operates', async () => {
    await insertConsumer(gateways.sql, { name: 'all' });
    await insertConsumer(gateways.sql, { name: 'hook', kind: 'webhook', tenant: 'acme' });
    await insertParked(gateways.sql, { consumer: 'all', position: 1, tenant: 'acme' });
    await insertParked(gateways.sql, { consumer: 'all', position: 2 });
    await insertParked(gateways.sql, { consumer: 'hook', position: 3, tenant: 'acme' });
    const seen = '{ consumers { name } deadLetters { edges { node { position } } } }';
    expect(await ask(seen)).toEqual({ consumers: [{ name: 'all' }], deadLetters: { edges: [{ node: { position: '1' } }, { node: { position: '2' } }] } });
    expect(await ask(seen, {}, acme)).toEqual({ consumers: [{ name: 'hook' }], deadLetters: { edges: [{ node: { position: '1' } }, { node: { position: '3' } }] } });
    expect(await ask('{ consumer(name: "all") { name } deadLetter(consumer: "all", position: "2") { key } }', {}, acme)).toEqual({ consumer: null, deadLetter: null });
    expect(await refusal('mutation { pauseConsumer(name: "all") { consumer { name } } }', acme)).toBe('BAD_USER_INPUT');
    expect(await refusal('mutation { pauseConsumer(name: "hook") { consumer { name } } }')).toBe('BAD_USER_INPUT');
    expect(await ask('mutation { pauseConsumer(name: "hook") { consumer { name statusBy } } }', {}, acme)).toEqual({ pauseConsumer: { consumer: { name: 'hook', statusBy: 'boss' } } });
    expect(await ask('mutation { replayDeadLetters(consumer: "all", positions: ["1", "2"]) { replayed notDead } }', {}, acme)).toEqual({ replayDeadLetters: { replayed: ['1'], notDead: ['2'] } });
  });

  it('without authentication everybody operates what the tenant `default` does', async () => {
    const open = await gateways.start(guarded(guardedApplication().application, { auth: 'none' }));
    await insertConsumer(gateways.sql, { name: 'all' });
    await insertConsumer(gateways.sql, { name: 'hook', tenant: 'acme' });
    expect((await query(open.url, 'mutation { pauseConsumer(name: "all") { consumer { statusBy } } }')).data).toEqual({ pauseConsumer: { consumer: { statusBy: 'open' } } });
    expect((await query(open.url, '{ consumers { name } }')).data).toEqual({ consumers: [{ name: 'all' }] });
  });
});

describe('metrics of consumers', () => {
  const metrics = async (): Promise<string[]> => (await (await fetch(`${gateway.url}/metrics`)).text()).split('\n').filter((line) => line.startsWith('sluice_consumer_'));

  it('are read when they are asked for, also for consumers that no gateway runs', async () => {
    await insertConsumer(gateways.sql, { name: 'fraud', types: ['BulletinPosted'], position: 1_000_000 });
    await insertMember(gateways.sql, 'fraud', { lagEvents: 12, lagMs: 3_500 });
    await insertParked(gateways.sql, { consumer: 'fraud', position: 1 });
    await insertParked(gateways.sql, { consumer: 'fraud', position: 2, status: 'retry' });
    await insertParked(gateways.sql, { consumer: 'fraud', position: 3, status: 'waiting' });
    await gateways.sql`UPDATE sluice.consumers SET lost = 5`;
    const expected = [
      'sluice_consumer_lag_events{consumer="fraud"} 12', 'sluice_consumer_lag_seconds{consumer="fraud"} 3.5', 'sluice_consumer_dead_letters{consumer="fraud"} 1', 'sluice_consumer_parked_events{consumer="fraud"} 2',
      'sluice_consumer_lost_events{consumer="fraud"} 5', 'sluice_consumer_gateways{consumer="fraud"} 1',
      'sluice_consumer_status{consumer="fraud",status="running"} 0', 'sluice_consumer_status{consumer="fraud",status="paused"} 0', 'sluice_consumer_status{consumer="fraud",status="lagged"} 1', 'sluice_consumer_status{consumer="fraud",status="done"} 0',
    ];
    await expect.poll(metrics).toEqual(expected);
    await gateways.sql`DELETE FROM sluice.consumers`;
    for (let n = 0; n < 202; n += 1) await gateways.sql`INSERT INTO sluice.consumers (name, kind, delivery, topics, types, status, start_position, lost) VALUES (${`c${String(n).padStart(3, '0')}`}, 'processor', 'at-least-once', '{}', '{}', ${n % 2 === 0 ? 'paused' : 'running'}, 0, 4)`;
    await expect.poll(async () => (await metrics()).filter((line) => line.includes('"c199"') || line.includes('"*"'))).toEqual(expect.arrayContaining([
      'sluice_consumer_lost_events{consumer="c199"} 4', 'sluice_consumer_lost_events{consumer="*"} 8', 'sluice_consumer_status{consumer="*",status="running"} 1', 'sluice_consumer_status{consumer="*",status="paused"} 1',
    ]));
    expect((await metrics()).filter((line) => /"(fraud|c200)"/.test(line))).toEqual([]);
  });
});
