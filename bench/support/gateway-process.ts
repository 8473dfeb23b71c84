import { spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Milliseconds until the gateway has to serve. */
const START_WITHIN = 30_000;

export interface GatewayProcess {
  readonly url: string;
  /** Seconds of CPU time it has used so far, as its own metrics say. */
  cpuSeconds(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * A real gateway, `src/main.ts` (or another `script`) in a process of its own, that serves bench/schema. `nodeArgs` go to Node:
 * `--cpu-prof`; `env` comes before what is set here.
 */
export async function startGatewayProcess(databaseUrl: string, nodeArgs: readonly string[] = [], env: Readonly<Record<string, string>> = {}, script = 'src/main.ts'): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [...nodeArgs, '--import', 'tsx', path.join(ROOT, script)], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: databaseUrl, SLUICE_AUTH: 'none', PORT: '0', LOG_LEVEL: 'warn', SLUICE_SCHEMA: path.join(ROOT, 'bench/schema'), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(`the gateway ended (code ${code}, signal ${signal})`)));
  const port = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the gateway did not serve within ${START_WITHIN} ms`)), START_WITHIN);
    void exited.then((how) => reject(new Error(how)));
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /Health\s+http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async cpuSeconds() {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
