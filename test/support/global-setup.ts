import { readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/db/embedded.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of the server of this run; make databases there with `createDatabase()`. */
    databaseUrl: string;
  }
}

/** One server for the whole run: an embedded one, or that of SLUICE_TEST_DATABASE_URL (its user must be a superuser). */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  await translate();
  const given = process.env['SLUICE_TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') {
    project.provide('databaseUrl', given);
    return undefined;
  }
  const dataDir = await mkdtemp(path.join(tmpdir(), 'sluice-test-'));
  await chmod(dataDir, 0o755); // mkdtemp gives 0700, which the account that runs Postgres in place of root cannot pass
  const server = await startEmbedded({ dataDir, log: () => undefined });
  project.provide('databaseUrl', server.url);
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** `src` as JavaScript, at the same depth, for the processes that tests start. What is there already is replaced. */
async function translate(): Promise<void> {
  const root = path.resolve(import.meta.dirname, '../..');
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  await build({
    entryPoints: files.map((file) => path.join(root, 'src', file)), outbase: path.join(root, 'src'), outdir: path.join(root, '.test-build'),
    bundle: false, format: 'esm', platform: 'node', target: 'node20', sourcemap: true, logLevel: 'warning',
  });
  // Programs of tests that use `src` as it is here, beside it.
  const workers = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('-worker.ts'));
  await build({
    entryPoints: workers.map((file) => path.join(root, 'test', file)), outdir: path.join(root, '.test-build/workers'),
    bundle: true, packages: 'external', format: 'esm', platform: 'node', target: 'node20', sourcemap: true, logLevel: 'warning',
    plugins: [{ name: 'src', setup: ({ onResolve }) => onResolve({ filter: /\/src\// }, ({ path: from }) => ({ path: from.replace(/^.*\/src\//, '../'), external: true })) }],
  });
}
