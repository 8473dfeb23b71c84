import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
