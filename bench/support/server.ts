import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '../../src/db/connect.js';
import { startEmbedded } from '../../src/db/embedded.js';

export interface Server {
  /** Makes an empty database and gives its URL. */
  database(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** An embedded PostgreSQL in a temporary folder, with the settings that `npm start` gives it. */
export async function startServer(): Promise<Server> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'sluice-bench-'));
  // mkdtemp gives 0700, which the account that runs Postgres in place of root cannot pass.
  await chmod(dataDir, 0o755);
  const embedded = await startEmbedded({ dataDir, log: () => undefined });
  return {
    async database(name) {
      const admin = connect({ url: embedded.url, max: 1, name: 'bench admin' });
      try {
        await admin`CREATE DATABASE ${admin(name)}`;
      } finally {
        await admin.end({ timeout: 5 });
      }
      const url = new URL(embedded.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    async stop() {
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
