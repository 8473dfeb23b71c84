import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { bundleSizes } from './bundle.js';
import { CONSUMER_JS, CONSUMER_TS } from './consumer.js';

/**
 * `npm run check:package`: what a user of the package gets. Builds, packs, looks at the tarball with publint and attw,
 * installs it into an empty project, and uses it there: types, server, client, the `sluice` command with its own
 * PostgreSQL. Uses the network for what npm's cache lacks.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
/** Milliseconds. */
const INSTALL_WITHIN = 240_000;
const RUN_WITHIN = 90_000;

function run(what: string, command: string, args: readonly string[], cwd: string, timeout = RUN_WITHIN): string {
  console.log(`── ${what}`);
  // Not as a script of npm: `sluice` would end with its parent, and npm would take our settings for its own.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_lifecycle')));
  return execFileSync(command, args, { cwd, env, timeout, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The folder of the project, with the tarball installed. */
function install(folder: string): string {
  // `prepack` builds.
  run('build and pack', 'npm', ['pack', '--silent', '--pack-destination', folder], ROOT, INSTALL_WITHIN);
  const tarball = path.join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball');
  const bin = (name: string): string => path.join(ROOT, 'node_modules/.bin', name);
  process.stdout.write(run('publint', bin('publint'), ['run', '--strict', tarball], ROOT));
  process.stdout.write(run('attw', bin('attw'), ['--profile', 'esm-only', '--format', 'ascii', tarball], ROOT));

  const project = path.join(folder, 'project');
  mkdirSync(project);
  writeFileSync(path.join(project, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n');
  run('install', 'npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', tarball], project, INSTALL_WITHIN);
  return project;
}

function compile(project: string): void {
  writeFileSync(path.join(project, 'consumer.ts'), CONSUMER_TS);
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({
    compilerOptions: { strict: true, module: 'NodeNext', target: 'ES2023', lib: ['ES2023', 'DOM', 'DOM.AsyncIterable'], types: [], noEmit: true, skipLibCheck: true, exactOptionalPropertyTypes: true },
    files: ['consumer.ts'],
  }));
  process.stdout.write(run('types', path.join(ROOT, 'node_modules/.bin/tsc'), ['-p', project], project));
}

/** Starts the installed command with a PostgreSQL of its own, follows it with the installed client, and stops it. */
async function serve(project: string): Promise<void> {
  console.log(`── sluice ${run('npx sluice --version', 'npx', ['--no-install', 'sluice', '--version'], project).trim()}`);
  const env = { ...process.env, PORT: '0', LOG_LEVEL: 'warn', DATABASE_URL: undefined, npm_lifecycle_event: undefined };
  // Not through npx, which a signal ends before the gateway has.
  const gateway = spawn(path.join(project, 'node_modules/.bin/sluice'), { cwd: project, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<number | null>((resolve) => gateway.once('exit', resolve));
  try {
    const url = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('sluice did not start in time')), RUN_WITHIN);
      void exited.then((code) => reject(new Error(`sluice ended with ${code}`)));
      createInterface({ input: gateway.stdout }).on('line', (line) => {
        const [, found] = /GraphiQL\s+(\S+)\/graphql/.exec(line) ?? [];
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(found);
      });
    });
    writeFileSync(path.join(project, 'consumer.js'), CONSUMER_JS);
    process.stdout.write(run('client against it', process.execPath, ['consumer.js', url], project));
  } finally {
    gateway.kill('SIGTERM');
  }
  const code = await exited;
  if (code !== 0) throw new Error(`sluice ended with ${code} after SIGTERM`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-package-'));
// Where we are root, PostgreSQL runs as somebody else and must get at its binaries.
chmodSync(folder, 0o755);
try {
  const project = install(folder);
  compile(project);
  await bundleSizes(project, path.join(ROOT, 'node_modules'));
  await serve(project);
  console.log('The package is fit for use.');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
