import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPTIONS, type Option } from '../../src/cli/options.js';
import { createGateways, type GatewayProcess, type TestGateways } from '../support/gateway.js';
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
function sample(kind: 'run' | 'output' | 'from', name: string): string {
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
    for (const [file] of readme.matchAll(/\b(?:docs|src|test|schema|bench)\/[\w/.-]*\w/g)) await expect(readFile(path.join(ROOT, file)).catch((error: unknown) => error instanceof Error && 'code' in error && error.code === 'EISDIR' ? 'folder' : Promise.reject(error)), file).resolves.toBeDefined();
  });
});

function settingsTable(): string {
  const rows = Object.values<Option<unknown>>(OPTIONS).map((option) =>
    `| ${option.env ?? ''} | ${option.flag === null ? '' : `\`${option.flag}\``} | ${option.defaultShown ?? option.default ?? ''} | ${option.doc} Takes ${option.takes}. |`);
  return `| variable | flag | default | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}
