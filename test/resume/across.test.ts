import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { noneOpen, publish } from '../contract/notes.js';
import type { Edge, Subscription } from '../contract/subscription.js';
import { TRANSPORTS } from '../contract/transports.js';
import { createGateways, domain, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

const TOPICS = { SpringEvent: ['Sown', 'Sprouted'], SummerEvent: ['Ripened'], AutumnEvent: ['Harvested', 'Rotted'], WinterEvent: ['Frozen'] } as const;
type Topic = keyof typeof TOPICS;
const NAMES = Object.keys(TOPICS) as Topic[];
const TYPES = NAMES.flatMap((name): string[] => [...TOPICS[name]]);
const KEYS = ['north', 'east', 'south'];

let gateways: TestGateways;
let gateway: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  // A ring that most histories outgrow: readers go back to the log and come out of it again.
  gateway = await gateways.start({ application: domain('test/fixtures/seasons'), ringEvents: 8, checkpointInterval: 40 });
});
afterAll(() => gateways.close());

interface Happening {
  readonly type: string;
  readonly key: string;
}
type Action =
  | { readonly kind: 'publish' | 'outbox'; readonly events: readonly Happening[] }
  /** The subscription of this topic, or the one across topics, loses its connection and goes on with its last cursor. */
  | { readonly kind: 'cut'; readonly who: Topic | 'events' };

/** The cursors that publishing has given, of all histories. */
const receipts: string[] = [];

async function act(action: Action, followers: ReadonlyMap<string, Follower>): Promise<void> {
  if (action.kind === 'cut') return followers.get(action.who)?.cut();
  if (action.kind === 'publish') {
    receipts.push(...await publish(gateway.url, action.events.map(({ type, key }) => ({ [type.charAt(0).toLowerCase() + type.slice(1)]: { id: key } }))));
    return;
  }
  await gateways.sql.begin(async (tx) => {
    for (const { type, key } of action.events) await tx`INSERT INTO sluice.outbox (type, payload) VALUES (${type}, ${JSON.stringify({ id: key })}::text::json)`;
  });
}

/** The head, once everything that was written is in the log. */
async function settledHead(): Promise<number> {
  await waitFor(async () => (await gateways.sql`SELECT FROM sluice.outbox`).length === 0, { what: 'an empty outbox' });
  const [row] = await gateways.sql<{ position: string }[]>`SELECT (sluice.head()).position`;
  return Number(row?.position);
}

/** One reader through as many connections as it takes. */
class Follower {
  readonly #seen: Edge[] = [];
  #current: Subscription;
  readonly #open: (resumeFrom?: string) => Subscription;

  constructor(field: string, filter: string, variables: Record<string, unknown>) {
    const [declared, given] = 'topics' in variables ? ['$topics: [Topic!], ', 'topics: $topics, '] : ['', ''];
    const text = `subscription(${declared}$after: Cursor, $from: StartFrom, $where: ${filter}) {
      noteEvents: ${field}(${given}after: $after, from: $from, where: $where) { cursor node { ... on Event { meta { topic position } } } }
    }`;
    const [transport] = TRANSPORTS;
    if (transport === undefined) throw new Error('no transport');
    this.#open = (resumeFrom) => transport.subscribe(gateway.url, text, variables, resumeFrom === undefined ? {} : { resumeFrom });
    this.#current = this.#open();
  }

  get edges(): readonly Edge[] {
    return [...this.#seen, ...this.#current.edges];
  }

  /** How far it says that it has come. */
  get at(): number {
    return positionOf(this.#current.frames.at(-1)?.cursor);
  }

  async established(): Promise<void> {
    await this.#current.established();
  }

  async cut(): Promise<void> {
    await this.established();
    const cursor = this.#current.frames.at(-1)?.cursor ?? '';
    this.#seen.push(...this.#current.edges);
    this.#current.close();
    this.#current = this.#open(cursor);
  }

  close(): void {
    this.#current.close();
  }
}

/** Where the gateway put a position into the text; a client never looks. */
function positionOf(cursor: string | null | undefined): number {
  return cursor === null || cursor === undefined ? -1 : Number(Buffer.from(cursor, 'base64url').readBigUInt64BE(9));
}

const happenings = fc.array(fc.record({ type: fc.constantFrom(...TYPES), key: fc.constantFrom(...KEYS) }), { minLength: 1, maxLength: 12 });
const writing: fc.Arbitrary<Action> = fc.record({ kind: fc.constantFrom('publish' as const, 'outbox' as const), events: happenings });
const action: fc.Arbitrary<Action> = fc.oneof({ weight: 3, arbitrary: writing }, { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), who: fc.constantFrom<Topic | 'events'>(...NAMES, 'events') }) });
const reading = fc.record({
  topics: fc.option(fc.subarray(NAMES, { minLength: 1 })),
  keys: fc.option(fc.subarray(KEYS)),
  types: fc.option(fc.subarray(TYPES)),
  /** A number picks a receipt of a publish: the cursor to start after. */
  start: fc.oneof(fc.constantFrom('NOW' as const, 'BEGINNING' as const), fc.nat()),
});

// Seen to fail: with `topics` not asked for by the filter that SQL does not see, with the events of a page sorted by topic,
// and with a resumed subscription that begins one position late.
it('G5: events() is what the subscriptions of its topics are together, in log order, through cuts and whatever is asked for', async () => {
  await fc.assert(fc.asyncProperty(fc.array(writing, { maxLength: 4 }), fc.array(action, { minLength: 1, maxLength: 12 }), reading, async (before, meanwhile, { topics, keys, types, start }) => {
    for (const each of before) await act(each, new Map());
    const head = await settledHead();
    const after = typeof start === 'number' ? receipts[start % receipts.length] ?? null : null;
    const begins = { from: start === 'BEGINNING' ? 'BEGINNING' : 'NOW', after };
    const from = after !== null ? positionOf(after) : start === 'BEGINNING' ? 0 : head;

    const asked = topics ?? NAMES;
    const followers = new Map([
      ['events', new Follower('events', 'EventFilter', { ...begins, topics, where: { key: keys, type: types } })],
      ...asked.map((name): [string, Follower] => [name, new Follower(`${name.charAt(0).toLowerCase()}${name.slice(1)}s`, `${name}Filter`, {
        ...begins, where: { key: keys, type: types?.filter((type) => (TOPICS[name] as readonly string[]).includes(type)) ?? null },
      })]),
    ]);
    try {
      for (const follower of followers.values()) await follower.established();
      for (const each of meanwhile) await act(each, followers);
      const end = await settledHead();
      await waitFor(() => [...followers.values()].every((follower) => follower.at >= end), { what: `everyone at ${end}` });
      const across = followers.get('events')?.edges ?? [];
      const own = [...followers].flatMap(([name, follower]) => (name === 'events' ? [] : follower.edges));
      const position = (edge: Edge): number => Number(edge.node?.meta?.position);
      const rows = await gateways.sql<{ position: string }[]>`
        SELECT position FROM sluice.events WHERE position > ${from} AND topic = ANY(${asked}::text[])
          ${keys === null ? gateways.sql`` : gateways.sql`AND key = ANY(${keys}::text[])`} ${types === null ? gateways.sql`` : gateways.sql`AND type = ANY(${types}::text[])`} ORDER BY position`;
      expect(across.map(position)).toEqual(rows.map((each) => Number(each.position)));
      expect(across).toEqual([...own].sort((a, b) => position(a) - position(b)));
    } finally {
      for (const follower of followers.values()) follower.close();
      await noneOpen(gateway);
    }
  }), { numRuns: 20, endOnFailure: true });
}, 120_000);
