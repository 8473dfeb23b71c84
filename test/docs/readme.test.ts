import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPTIONS, type Option } from '../../src/cli/options.js';
import { deriveSchema } from '../../src/graphql/derive/derive.js';
import { createGateways, query, type GatewayProcess, type TestGateways } from '../support/gateway.js';
import { spawnNode } from '../support/process.js';
import { unusedPort } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const README = path.join(ROOT, 'README.md');
const SCHEMA = path.join(ROOT, 'schema/commerce');

let readme: string;
let gateways: TestGateways;
let gateway: GatewayProcess;
let port: number;
const shells = new Set<ChildProcess>();
beforeAll(async () => {
  readme = await readFile(README, 'utf8');
  gateways = await createGateways();
  port = await unusedPort();
  gateway = await gateways.spawn({ port, schema: SCHEMA });
});
afterAll(async () => {
  for (const shell of shells) shell.kill('SIGKILL');
  await gateways.close();
});

/** The code block behind `<!-- kind: name -->`, against the gateway of this test. */
function sample(kind: 'run' | 'output' | 'from' | 'sdl', name: string): string {
  const block = new RegExp(`<!-- ${kind}: ${name.replaceAll('.', '\\.')} -->\n\`\`\`\\w+\n([^]*?)\`\`\``).exec(readme)?.[1];
  if (block === undefined) throw new Error(`README.md has no block "${kind}: ${name}"`);
  return block.replaceAll('localhost:4000', `127.0.0.1:${port}`);
}

/** Runs a shell sample and gathers what it prints. */
function shell(script: string): { text: string } {
  const child = spawn('bash', ['-c', `exec ${script}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  shells.add(child);
  const printed = { text: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed.text += chunk;
  });
  return printed;
}

/** Ids and cursors differ from run to run; the rest is what the README shows. */
const masked = (text: string): string => text.replace(/"eventId":"[0-9a-f-]{36}"/g, '"eventId":"…"').replace(/A[A-Za-z0-9_-]{38}/g, '…').replace(/retry: \d+/g, 'retry: …').trim();

describe('README', () => {
  it('G1, G5: survives as it says: publish, subscribe, kill -9, restart, resume', async () => {
    const subscriber = shell(sample('run', 'subscribe'));
    await waitFor(() => subscriber.text.includes('id: '), { what: 'the start cursor' });
    const published = shell(sample('run', 'publish'));
    await waitFor(() => published.text.includes('}}}'), { what: 'the receipt' });
    expect(masked(published.text)).toBe(masked(sample('output', 'publish')));
    await waitFor(() => subscriber.text.includes('/pricing'), { what: 'the event' });
    expect(masked(subscriber.text)).toBe(masked(sample('output', 'subscribe')));
    const cursor = /id: (\S+)\nevent: next/.exec(subscriber.text)?.[1] ?? '';

    await gateway.process.kill('SIGKILL');
    gateway = await gateways.spawn({ port, schema: SCHEMA });
    for (const page of ['/while-away-1', '/while-away-2']) {
      const receipt = shell(sample('run', 'publish').replace('/pricing', page));
      await waitFor(() => receipt.text.includes('cursor'), { what: page });
    }
    const resumed = shell(sample('run', 'resume').replace(/Last-Event-ID: [^']+/, `Last-Event-ID: ${cursor}`));
    await waitFor(() => resumed.text.includes('/while-away-2'), { what: 'both events' });
    expect([...resumed.text.matchAll(/"page":"([^"]+)"/g)].map((match) => match[1])).toEqual(['/while-away-1', '/while-away-2']);
  }, 60_000);

  it('runs the client sample, which gets what the SQL sample publishes', async () => {
    const file = path.join(ROOT, 'test/docs/.readme-client.ts');
    await writeFile(file, `import WebSocket from 'ws';\nObject.assign(globalThis, { WebSocket });\n${sample('run', 'client').replace("'sluice/client'", "'../../src/client/index.js'")}`);
    try {
      const client = spawnNode('test/docs/.readme-client.ts');
      await waitFor(async () => (await (await fetch(`${gateway.url}/metrics`)).text()).includes('sluice_subscriptions{topic="LeadEvent",transport="websocket"} 1'), { what: 'the subscription', timeoutMs: 20_000 });
      const service = await gateways.sql.reserve();
      await service.unsafe(sample('run', 'outbox'));
      service.release();
      await client.waitForLine(/^\/from-sql$/);
      await client.kill();
    } finally {
      await rm(file);
    }
  }, 60_000);

  it('declares a schema that a gateway derives, and serves it with the code it shows', async () => {
    const sdl = sample('sdl', 'shop');
    expect(deriveSchema([{ file: 'shop.graphql', body: sdl }]).warnings).toEqual([]);
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-readme-'));
    const file = path.join(ROOT, 'test/docs/.readme-server.ts');
    await mkdir(path.join(folder, 'schema'));
    await writeFile(path.join(folder, 'schema/shop.graphql'), sdl);
    await writeFile(file, sample('run', 'server').replace("'sluice'", "'../../src/index.js'"));
    const own = await createGateways();
    try {
      await own.sql`CREATE SCHEMA shop`;
      await own.sql`CREATE TABLE shop.customers (id text PRIMARY KEY, name text NOT NULL)`;
      await own.sql`INSERT INTO shop.customers VALUES ('c-7', 'Ada')`;
      const server = spawnNode('test/docs/.readme-server.ts', { cwd: folder, env: { DATABASE_URL: own.databaseUrl, PORT: '0' } });
      const [url] = await server.waitForLine(/^http:\S+$/, 30_000);
      expect(await query(url, 'mutation { renameCustomer(id: "c-7", name: "Ada Lund") }')).toEqual({ data: { renameCustomer: true } });
      await query(url, 'mutation { publishOrderPlaced(input: { orderId: "o-1", customerId: "c-7", total: 5 }) { cursor } }');
      const read = await query<{ events: { edges: unknown[] } }>(url, '{ events { edges { node { meta { type } ... on CustomerRenamed { name } ... on OrderPlaced { customer { name } } } } } }');
      expect(read.data?.events.edges).toEqual([
        { node: { meta: { type: 'CustomerRenamed' }, name: 'Ada Lund' } }, { node: { meta: { type: 'OrderPlaced' }, customer: { name: 'Ada Lund' } } },
      ]);
      await server.kill();
    } finally {
      await rm(file);
      await rm(folder, { recursive: true });
      await own.close();
    }
  }, 90_000);

  it('asks only what the example shop answers', async () => {
    const schema = buildSchema(await readFile(path.join(ROOT, 'schema/derived.graphql'), 'utf8'));
    const operations = [...readme.matchAll(/<!-- operation -->\n```graphql\n([^]*?)```/g)].map(([, text = '']) => text);
    expect(operations.length).toBeGreaterThan(3);
    for (const text of operations) expect(validate(schema, parse(text)).map(({ message }) => message), text).toEqual([]);
    // Beside them: the SDL of the own shop, and the rules, which are quoted.
    expect([...readme.matchAll(/```graphql/g)]).toHaveLength(operations.length + 2);
  });

  it('tails what was published', async () => {
    const receipt = shell(sample('run', 'publish').replace('/pricing', '/for-tail'));
    await waitFor(() => receipt.text.includes('cursor'), { what: 'the receipt' });
    const tail = shell(sample('run', 'tail'));
    await waitFor(() => tail.text.includes('/for-tail'), { what: 'the line', timeoutMs: 30_000 });
  }, 60_000);

  it('quotes code that exists', async () => {
    for (const [, file = ''] of readme.matchAll(/<!-- from: (\S+) -->/g)) expect(await readFile(path.join(ROOT, file), 'utf8')).toContain(sample('from', file).trimEnd());
  });

  it('lists the settings as the code has them', async () => {
    // UPDATE_DOCS=1 npx vitest run test/docs/readme.test.ts writes the table.
    const table = settingsTable();
    const [, before = '', after = ''] = /^([^]*<!-- options -->\n)[^]*?(<!-- \/options -->[^]*)$/.exec(readme) ?? [];
    if (process.env['UPDATE_DOCS'] === '1') await writeFile(README, before + table + after);
    else expect(readme).toBe(before + table + after);
  });

  it('names only files that exist and scripts that package.json has', async () => {
    const { scripts } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    for (const [, script = ''] of readme.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(script);
    for (const [file] of readme.matchAll(/(?<![\w/])(?:docs|src|test|schema|bench|examples)\/[\w/.-]*\w/g)) await expect(readFile(path.join(ROOT, file)).catch((error: unknown) => error instanceof Error && 'code' in error && error.code === 'EISDIR' ? 'folder' : Promise.reject(error)), file).resolves.toBeDefined();
  });
});

function settingsTable(): string {
  const rows = Object.values<Option<unknown>>(OPTIONS).map((option) =>
    `| ${option.env ?? ''} | ${option.flag === null ? '' : `\`${option.flag}\``} | ${option.defaultShown ?? option.default ?? ''} | ${option.doc} Takes ${option.takes}. |`);
  return `| variable | flag | default | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}
