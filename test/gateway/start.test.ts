import { createServer } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from '../support/gateway.js';
import { spawnNode, type NodeProcess } from '../support/process.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const PUBLISH = 'mutation($page: String!) { publishFormSubmitted(input: { formId: "contact", page: $page, answers: {} }) { cursor } }';
const PAGES = '{ leadEvents { edges { node { ... on FormSubmitted { page } } } } }';

function start(env: Record<string, string> = {}, args: string[] = []): NodeProcess {
  return spawnNode('src/main.ts', { args, env: { DATABASE_URL: undefined, SLUICE_AUTH: undefined, PORT: '0', LOG_LEVEL: 'warn', SLUICE_DATA_DIR: path.join(folder, 'data'), ...env } });
}

async function urlOf(gateway: NodeProcess): Promise<string> {
  return (await gateway.waitForLine(/Health\s+(http:\S+)\/health/, 60_000))[1] as string;
}

describe('npm start', () => {
  it('G1, G15: starts with nothing but Node, survives kill -9 with what it acknowledged, and stops cleanly', async () => {
    const first = start();
    const url = await urlOf(first);
    const printed = first.stdout.filter((line) => line !== '');
    expect(printed.length).toBeLessThan(10);
    expect(printed.join('\n')).toMatch(/Access +open to everybody who reaches this port: set SLUICE_JWT_SECRET/);
    expect(printed.join('\n')).toMatch(/GraphiQL.*\/graphql[^]*Health[^]*Docs/);
    expect((await query(url, PUBLISH, { page: '/before' })).errors).toBeUndefined();
    await first.kill('SIGKILL');

    const second = start();
    const again = await urlOf(second);
    expect(second.stdout.join('\n')).toContain('was running');
    expect((await query(again, PUBLISH, { page: '/after' })).errors).toBeUndefined();
    const pages = await query<{ leadEvents: { edges: { node: { page: string } }[] } }>(again, PAGES);
    expect(pages.data?.leadEvents.edges.map((edge) => edge.node.page)).toEqual(['/before', '/after']);

    expect(await second.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    const third = start();
    await urlOf(third);
    // The embedded server was stopped with the gateway, so this one is new.
    expect(third.stdout.join('\n')).not.toContain('was running');
    expect(await third.kill('SIGINT')).toEqual({ code: 0, signal: null });
  }, 180_000);

  it('says that the port is taken and how to choose another, and leaves nothing running', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    const gateway = start({ PORT: String(port), SLUICE_DATA_DIR: path.join(folder, 'taken') });
    expect(await gateway.exited).toEqual({ code: 1, signal: null });
    expect(gateway.stderr.join('\n')).toContain(`Port ${port} on 127.0.0.1 is taken. Choose another: PORT=${port + 1}`);
    holder.close();
  }, 60_000);

  it.each([
    ['a wrong setting', { PORT: 'seven' }, /PORT: got "seven", takes/],
    ['a database of others and no word about who may use it', { DATABASE_URL: 'postgres://user:hunter2@127.0.0.1:1/x' }, /DATABASE_URL is set[^]*SLUICE_JWT_SECRET[^]*SLUICE_AUTH=none/],
    ['an address that others reach and no word about who may use it', { HOST: '0.0.0.0' }, /0\.0\.0\.0 can be reached[^]*SLUICE_JWT_SECRET[^]*SLUICE_AUTH=none/],
    ['a secret and no authentication', { SLUICE_AUTH: 'none', SLUICE_JWT_SECRET: 'hunter2 hunter2 hunter2 hunter2 hunter2' }, /SLUICE_AUTH=none and SLUICE_JWT_SECRET/],
    ['a database that is away', { SLUICE_AUTH: 'none', DATABASE_URL: 'postgres://user:hunter2@127.0.0.1:1/x' }, /cannot be reached|ECONNREFUSED/],
  ])('exits with 1 and a clear message for %s', async (_what, env: Record<string, string>, message) => {
    const gateway = start(env);
    expect((await gateway.exited).code).toBe(1);
    const said = gateway.stderr.join('\n');
    expect(said).toMatch(message);
    expect(said).not.toContain('hunter2');
  });
});
