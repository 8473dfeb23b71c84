import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { waitFor } from './wait.js';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface NodeProcess {
  readonly pid: number;
  /** Lines so far, as they came; `lines` has both streams. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly lines: readonly string[];
  /** Settles when the process has ended and its output is complete. */
  readonly exited: Promise<Exit>;
  /** The match in the first line of either stream, from the start or a line to come; throws after `timeoutMs` (default 45,000: a machine may be busy) or at exit. */
  waitForLine(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Sends the signal (default SIGTERM) and returns `exited`; throws when it has not ended after 20 s. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
  /** Sends the signal and does not wait: SIGSTOP, SIGCONT. */
  signal(signal: NodeJS.Signals): void;
}

export interface NodeProcessOptions {
  readonly args?: readonly string[];
  /** Added to our own environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: the root of the checkout. */
  readonly cwd?: string;
  /** What it reads on stdin, which then ends. Default: nothing. */
  readonly input?: string;
}

const ROOT = path.resolve(import.meta.dirname, '../..');
const TSX = import.meta.resolve('tsx');
/** `src`, and the program of test/support, as JavaScript, made before the first test (global-setup.ts): a process that need not translate it starts in a third of the time. */
export const BUILD = path.join(ROOT, '.test-build');
const BUILT = /^(src|test\/support)\//;
const running = new Set<ChildProcess>();

/** Runs a TypeScript file of ours (path from the root of the checkout) in Node. Killed after the last test of the file. */
export function spawnNode(file: string, options: NodeProcessOptions = {}): NodeProcess {
  const env = { ...process.env, ...options.env };
  const program = BUILT.test(file) ? [path.join(BUILD, file.replace(BUILT, '').replace(/\.ts$/, '.js'))] : ['--import', TSX, path.resolve(ROOT, file)];
  const child = spawn(process.execPath, ['--enable-source-maps', ...program, ...(options.args ?? [])], {
    cwd: options.cwd ?? ROOT,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  const stdout: string[] = [];
  const stderr: string[] = [];
  const lines: string[] = [];
  // One that has ended without reading it is judged by its exit.
  child.stdin.on('error', (error) => lines.push(String(error)));
  child.stdin.end(options.input ?? '');
  const read = (stream: NodeJS.ReadableStream, into: string[]): Promise<void> =>
    new Promise((resolve) => {
      const reader = readline.createInterface({ input: stream });
      reader.on('line', (line) => {
        into.push(line);
        lines.push(line);
      });
      reader.on('close', resolve);
    });
  const complete = Promise.all([read(child.stdout, stdout), read(child.stderr, stderr)]);
  let exit: Exit | undefined;
  let spawnError: Error | undefined;
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', (error) => {
      spawnError = error;
      reject(error);
    });
    child.once('exit', (code, signal) => {
      running.delete(child);
      // A grandchild may hold the pipes open for ever; what it writes is not waited for.
      const timer = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, 1_000);
      void complete.then(() => {
        clearTimeout(timer);
        exit = { code, signal };
        resolve(exit);
      });
    });
  });
  // Whoever awaits `exited` or waitForLine still gets it; a spawn error must not end the test runner before that.
  exited.catch((error: unknown) => lines.push(String(error)));
  const tail = (): string => lines.slice(-40).join('\n');
  return {
    pid: child.pid ?? -1,
    stdout,
    stderr,
    lines,
    exited,
    async waitForLine(pattern, timeoutMs = 45_000) {
      let seen = 0;
      let match: RegExpExecArray | null = null;
      const find = (): boolean => {
        if (spawnError !== undefined) throw spawnError;
        const ended = exit;
        while (match === null && seen < lines.length) match = pattern.exec(lines[seen++] ?? '');
        if (match === null && ended !== undefined) {
          throw new Error(`${file} ended (code ${ended.code}, signal ${ended.signal}) before ${String(pattern)}:\n${tail()}`);
        }
        return match !== null;
      };
      try {
        await waitFor(find, { timeoutMs, what: `${String(pattern)} from ${file}` });
      } catch (error) {
        throw new Error(`no line ${String(pattern)} from ${file} (pid ${child.pid}):\n${tail()}`, { cause: error });
      }
      if (match === null) throw new Error('unreachable: waitFor returned without a match');
      return match;
    },
    async kill(signal = 'SIGTERM') {
      child.kill(signal);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${file} (pid ${child.pid}) did not end within 20 s of ${signal}:\n${tail()}`)), 20_000);
      });
      try {
        return await Promise.race([exited, late]);
      } finally {
        clearTimeout(timer);
      }
    },
    signal(signal) {
      child.kill(signal);
    },
  };
}

/** What still runs of them; setup.ts calls it behind every file. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}
