import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateways, query, type GatewayProcess, type TestGateways } from '../support/gateway.js';
import { createTcpProxy, unusedPort, type TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait.js';
import { seeded } from '../support/random.js';
import { CLIENTS, PLAIN, type CountResult, type ResumingClient } from './clients.js';

const EVENTS = 1_000;
const CUTS = 20;
const PER_ROUND = EVENTS / CUTS;
/** Bytes to a client within which a cut falls: some hit the handshake, most hit events under way, wherever in a frame. */
const CUT_WITHIN = 8_000;
/** Rounds in which the gateway is killed, after so many of their events. */
const KILLS = new Map([[6, 17], [13, 31]]);

const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

interface Reader {
  readonly client: ResumingClient;
  readonly proxy: TcpProxy;
  readonly edges: CountResult['noteEvents'][];
  readonly failures: unknown[];
  /** In this round, and in all. */
  cut: boolean;
  cuts: number;
  close(): Promise<void>;
}

let gateways: TestGateways;
/** The one that clients read from and that is killed; and one that lives, for what is published meanwhile. */
let victim: GatewayProcess;
let bystander: { readonly url: string };
const readers: Reader[] = [];
/** Cursors of the receipts of 1..1000. */
const acknowledged: string[] = [];
let kills = 0;

async function open(client: ResumingClient): Promise<void> {
  const proxy = await createTcpProxy({ targetPort: victim.port });
  const edges: Reader['edges'] = [];
  const failures: unknown[] = [];
  const close = await client.start(proxy.port, { got: (edge) => edges.push(edge), failed: (what) => failures.push(what) });
  readers.push({ client, proxy, edges, failures, cut: false, cuts: 0, close });
}

/** Publishes at the victim and, when that does not answer, at the bystander: the key makes it one event wherever it arrived. */
async function publish(number: number): Promise<void> {
  const input = { noteId: `n${number % 7}`, number };
  const ask = (url: string) => query<{ publishNoted: { cursor: string } }>(url, `mutation($input: NotedInput!, $key: String!) {
    publishNoted(input: $input, options: { idempotencyKey: $key }) { cursor } }`, { input, key: `count-${number}` });
  const result = await ask(victim.url).catch((error: unknown) => {
    if (!(error instanceof TypeError)) throw error; // what fetch throws for a connection that failed or broke
    return ask(bystander.url);
  });
  const cursor = result.data?.publishNoted.cursor;
  if (cursor === undefined) throw new Error(`${number} was not acknowledged: ${JSON.stringify(result.errors)}`);
  acknowledged.push(cursor);
}

async function spawn(port: number): Promise<void> {
  victim = await gateways.spawn({ port, env: { SLUICE_CHECKPOINT_INTERVAL: '500ms', SLUICE_RING_EVENTS: '64' } });
}

/** All clients are cut at random places of the same 20 rounds; in two of them the gateway is killed too. */
beforeAll(async () => {
  const random = seeded(seed);
  gateways = await createGateways();
  const port = await unusedPort();
  await spawn(port);
  bystander = await gateways.start();
  for (const client of [...CLIENTS, PLAIN]) await open(client);

  let restarted = Promise.resolve();
  for (let round = 0; round < CUTS; round += 1) {
    for (const reader of readers) {
      reader.cut = false;
      void reader.proxy.cutAfter(Math.floor(random() * CUT_WITHIN)).then(() => { reader.cut = true; });
    }
    for (let index = 1; index <= PER_ROUND; index += 1) {
      if (KILLS.get(round) === index) {
        const killed = victim.process.kill('SIGKILL').then((exit) => {
          expect(exit.signal).toBe('SIGKILL');
          kills += 1;
        });
        // The clients find nobody at the port until the next one listens; publishing goes on.
        restarted = killed.then(() => spawn(port));
      }
      await publish(round * PER_ROUND + index);
    }
    await restarted;
    // One that got the whole round in fewer bytes is cut where it idles; so is the plain one, which may have nothing coming.
    const last = (round + 1) * PER_ROUND;
    await waitFor(() => readers.every(({ client, cut, edges }) => cut || client === PLAIN || edges.at(-1)?.node.number === last), { what: `the cuts of round ${round}` });
    for (const reader of readers) {
      if (!reader.cut) reader.proxy.cutAll();
      reader.cuts += 1;
    }
  }
}, 120_000);

afterAll(async () => {
  for (const { close, proxy } of readers) {
    await close();
    await proxy.close();
  }
  await gateways.close();
});

const everyNumber = Array.from({ length: EVENTS }, (_, index) => index + 1);

it(`every connection was cut ${CUTS} times and the gateway killed twice (TEST_SEED=${seed})`, () => {
  expect(readers.map(({ cuts }) => cuts)).toEqual(readers.map(() => CUTS));
  expect(kills).toBe(2);
  expect(acknowledged).toHaveLength(EVENTS);
});

describe.each(CLIENTS)(`$name (TEST_SEED=${seed})`, (client) => {
  const reader = (): Reader => {
    const found = readers.find((each) => each.client === client);
    if (found === undefined) throw new Error('the client was not started');
    return found;
  };

  // Seen to fail: with a handover that goes on one position too far behind a page of the log, at every client; with
  // `Last-Event-ID` ignored, at the EventSource.
  it('G5: gets 1..1000 in order, no repeat, no hole, and hears of no error', async () => {
    const { edges, failures } = reader();
    await waitFor(() => edges.at(-1)?.node.number === EVENTS || failures.length > 0, { what: `${EVENTS} at the client` });
    expect(reader().failures).toEqual([]);
    expect(reader().edges.map((edge) => edge.node.number)).toEqual(everyNumber);
  });

  it('G1, G3: has every acknowledged event, at the cursor of its receipt', () => {
    expect(reader().edges.map((edge) => edge.cursor)).toEqual(acknowledged);
  });
});

describe('without resuming, so that this suite can fail', () => {
  it('a graphql-ws client by itself has holes or repeats under the same schedule', () => {
    const plain = readers.find(({ client }) => client === PLAIN);
    expect(plain?.edges.length).toBeGreaterThan(0);
    expect(plain?.edges.map((edge) => edge.node.number)).not.toEqual(everyNumber);
  });
});
