import path from 'node:path';
import type { Application } from '../../src/graphql/application.js';
import { startGateway, type Gateway, type GatewayOptions } from '../../src/gateway.js';
import { createLogger } from '../../src/observe/log.js';
import { createDatabase, createMigrated, type TestDatabase } from './postgres.js';
import { spawnNode } from './process.js';

/** Any folder of SDL, served without code; by default a domain with topics NoteEvent (key noteId) and TickEvent (key tickId). */
export function domain(folder = 'test/fixtures/notes'): Application {
  return { name: path.basename(folder), schema: path.resolve(folder), migrations: [], resolvers: {}, loaders: {} };
}

export interface TestGateways {
  readonly databaseUrl: string;
  readonly sql: TestDatabase['sql'];
  /** Another gateway on the same database, in this process. */
  start(options?: Partial<GatewayOptions>): Promise<Gateway>;
  /** A gateway of its own process, which can be killed. Resolves when it serves. */
  spawn(options?: { readonly port?: number; readonly env?: Readonly<Record<string, string>>; readonly schema?: string }): Promise<GatewayProcess>;
  /** Stops all of them and drops the database; fails when one leaks a connection. */
  close(): Promise<void>;
}

export interface GatewayProcess {
  readonly port: number;
  readonly url: string;
  readonly process: ReturnType<typeof spawnNode>;
}

/** A fresh database for gateways; with `empty`, not migrated yet: the first gateway does it. */
export async function createGateways({ empty = false } = {}): Promise<TestGateways> {
  const database = empty ? await createDatabase() : await createMigrated();
  const running = new Set<Gateway>();
  const processes = new Set<GatewayProcess>();
  return {
    databaseUrl: database.url,
    sql: database.sql,
    async start(options = {}) {
      const gateway = await startGateway({ databaseUrl: database.url, application: domain(), log: createLogger(process.env['TEST_LOG'] ?? 'silent'), auth: 'none', port: 0, ...options });
      running.add(gateway);
      return gateway;
    },
    async spawn({ port = 0, env = {}, schema = path.resolve('test/fixtures/notes') } = {}) {
      const child = spawnNode('src/main.ts', { env: { DATABASE_URL: database.url, SLUICE_AUTH: 'none', PORT: String(port), SLUICE_SCHEMA: schema, LOG_LEVEL: 'warn', ...env } });
      const found = Number((await child.waitForLine(/Health\s+http:\/\/127\.0\.0\.1:(\d+)/))[1]);
      const gateway = { port: found, url: `http://127.0.0.1:${found}`, process: child };
      processes.add(gateway);
      return gateway;
    },
    async close() {
      for (const gateway of running) await gateway.stop(2_000);
      for (const { process: child } of processes) await child.kill('SIGKILL');
      await database.drop();
    },
  };
}

/** One operation over HTTP. */
export async function query<T = Record<string, unknown>>(url: string, text: string, variables: object = {}): Promise<{ data?: T | null; errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[]; extensions?: Record<string, unknown> }> {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: text, variables }) });
  return await response.json() as Awaited<ReturnType<typeof query<T>>>;
}

/** Publishes `Noted` events with these keys, one call each, in order; gives the cursors. */
export async function publishNotes(url: string, keys: readonly string[], text = ''): Promise<string[]> {
  const cursors: string[] = [];
  for (const noteId of keys) {
    const result = await query<{ publishNoted: { cursor: string } }>(url, 'mutation($input: NotedInput!) { publishNoted(input: $input) { cursor } }', { input: { noteId, text } });
    if (!result.data) throw new Error(JSON.stringify(result.errors));
    cursors.push(result.data.publishNoted.cursor);
  }
  return cursors;
}

