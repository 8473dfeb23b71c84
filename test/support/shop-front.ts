import { execFile } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { spawnNode } from './process.js';
import { unusedPort } from './tcp-proxy.js';
import { waitFor } from './wait.js';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '../..');
const EXAMPLE = path.join(ROOT, 'examples/shop-front');
const VITE = 'node_modules/vite/bin/vite.js';

/** The page of examples/shop-front as it would be put on a server. */
export interface BuiltShopFront {
  /** Serves it with `vite preview`, which hands /graphql on to the gateway; answers with its address. */
  serve(gatewayUrl: string): Promise<string>;
  /** Throws when the generated types are not those of the schema: of a gateway, or (undefined) of the file. */
  checkTypes(schema: string | undefined): Promise<void>;
  remove(): Promise<void>;
}

/** Builds the library as it is packed, then the page on top of it. The packages of the example must be installed. */
export async function buildShopFront(): Promise<BuiltShopFront> {
  try {
    await access(path.join(EXAMPLE, VITE));
  } catch (cause) {
    throw new Error('The packages of examples/shop-front are missing. Install them: npm ci --prefix examples/shop-front', { cause });
  }
  const outDir = await mkdtemp(path.join(tmpdir(), 'sluice-shop-front-'));
  const servers = new Set<ReturnType<typeof spawnNode>>();
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { cwd: ROOT });
  await run(process.execPath, [VITE, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'], { cwd: EXAMPLE });
  return {
    async serve(gatewayUrl) {
      const port = await unusedPort();
      const server = spawnNode(path.join(EXAMPLE, VITE), {
        args: ['preview', '--outDir', outDir, '--host', '127.0.0.1', '--port', String(port), '--strictPort'],
        cwd: EXAMPLE,
        env: { GATEWAY_URL: gatewayUrl, NO_COLOR: '1' },
      });
      servers.add(server);
      await server.waitForLine(/Local:/, 60_000);
      const url = `http://127.0.0.1:${port}`;
      await waitFor(async () => (await fetch(url)).ok, { what: url });
      return url;
    },
    async checkTypes(schema) {
      await run(process.execPath, ['node_modules/@graphql-codegen/cli/esm/bin.js', '--config', 'codegen.ts', '--check'], { cwd: EXAMPLE, env: { ...process.env, ...(schema === undefined ? {} : { SCHEMA: schema }) } });
    },
    async remove() {
      await Promise.all([...servers].map((server) => server.kill('SIGKILL')));
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
