import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import postgres, { type Sql } from 'postgres';
import type { TestProject } from 'vitest/node';
import { commerce } from '../../src/commerce/application.js';
import { startEmbedded } from '../../src/db/embedded.js';
import { GATEWAY_MIGRATIONS, migrate, type MigrationSet } from '../../src/db/migrate.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of the server of this run; make databases there with `createDatabase()`. */
    databaseUrl: string;
    /** Databases that are migrated and were never used: to be copied with `createDatabase()`. */
    templates: Readonly<Record<'gateway' | 'commerce', string>>;
  }
}

/** One server for the whole run: an embedded one, or that of SLUICE_TEST_DATABASE_URL (its user must be a superuser). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await translate();
  const given = process.env['SLUICE_TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') {
    project.provide('databaseUrl', given);
    return await makeTemplates(project, given);
  }
  const dataDir = await mkdtemp(path.join(tmpdir(), 'sluice-test-'));
  await chmod(dataDir, 0o755); // mkdtemp gives 0700, which the account that runs Postgres in place of root cannot pass
  const server = await startEmbedded({ dataDir, log: () => undefined });
  project.provide('databaseUrl', server.url);
  await makeTemplates(project, server.url);
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** Migrating costs more than copying what is migrated. Answers with what drops them. */
async function makeTemplates(project: TestProject, serverUrl: string): Promise<() => Promise<void>> {
  const run = randomBytes(4).toString('hex');
  const templates = { gateway: `test_${run}_gateway`, commerce: `test_${run}_commerce` };
  const sets: Readonly<Record<keyof typeof templates, readonly MigrationSet[]>> = { gateway: [GATEWAY_MIGRATIONS], commerce: [GATEWAY_MIGRATIONS, ...commerce.migrations] };
  const asAdmin = async (work: (admin: Sql) => Promise<unknown>): Promise<void> => {
    const admin = postgres(serverUrl, { max: 1, onnotice: () => undefined, connection: { application_name: 'test-admin' } });
    await work(admin).finally(() => admin.end({ timeout: 5 }));
  };
  for (const [name, template] of Object.entries(templates)) {
    await asAdmin((admin) => admin`create database ${admin(template)} template template0`);
    const url = new URL(serverUrl);
    url.pathname = `/${template}`;
    await migrate(url.href, sets[name as keyof typeof templates]);
  }
  project.provide('templates', templates);
  return () => asAdmin(async (admin) => {
    for (const template of Object.values(templates)) await admin`drop database ${admin(template)}`;
  });
}

/** `src` as JavaScript, at the same depth, and the one program of test/support, for the processes that tests start. What is there already is replaced. */
async function translate(): Promise<void> {
  const root = path.resolve(import.meta.dirname, '../..');
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  await build({
    entryPoints: [path.join(root, 'test/support/embedded-starter.ts')], outfile: path.join(root, '.test-build/embedded-starter.js'),
    bundle: true, packages: 'external', format: 'esm', platform: 'node', target: 'node20', sourcemap: true, logLevel: 'warning',
  });
  await build({
    entryPoints: files.map((file) => path.join(root, 'src', file)), outbase: path.join(root, 'src'), outdir: path.join(root, '.test-build'),
    bundle: false, format: 'esm', platform: 'node', target: 'node20', sourcemap: true, logLevel: 'warning',
  });
  // Programs of tests that use `src` as it is here, beside it.
  const workers = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('-worker.ts'));
  await build({
    entryPoints: workers.map((file) => path.join(root, 'test', file)), outdir: path.join(root, '.test-build/workers'), entryNames: '[name]',
    bundle: true, packages: 'external', format: 'esm', platform: 'node', target: 'node20', sourcemap: true, logLevel: 'warning',
    plugins: [{ name: 'src', setup: ({ onResolve }) => onResolve({ filter: /\/src\// }, ({ path: from }) => ({ path: from.replace(/^.*\/src\//, '../'), external: true })) }],
  });
}
