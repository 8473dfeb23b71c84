import { spawnNode, type NodeProcess } from '../support/process.js';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const PLAIN = { DATABASE_URL: undefined, NO_COLOR: undefined, npm_lifecycle_event: undefined, SLUICE_TOKEN: undefined };

/** Starts `sluice` in a process of its own. */
export function start(args: readonly string[], options: { readonly env?: Readonly<Record<string, string>>; readonly input?: string; readonly cwd?: string } = {}): NodeProcess {
  return spawnNode('src/main.ts', { args, ...options, env: { ...PLAIN, ...options.env } });
}

/** Runs `sluice` to its end. */
export async function sluice(args: readonly string[], options: Parameters<typeof start>[1] = {}): Promise<Finished> {
  const child = start(args, options);
  const { code } = await child.exited;
  return { code, stdout: child.stdout.join('\n'), stderr: child.stderr.join('\n') };
}

/** The lines of NDJSON. */
export function jsonLines<T>(lines: readonly string[]): T[] {
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}
