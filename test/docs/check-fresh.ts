import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser } from '../support/browser.js';

/**
 * `npm run check:fresh`: does what docs/front-end.md says between `<!-- fresh -->` and `<!-- /fresh -->`, block by block, in an
 * empty folder. Two things differ from what a reader does: `npm install sluice` takes the packed checkout, and the
 * gateway has a port and a database of its own. Ends with 0 when an event was seen in a browser. Needs `npm run build`.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
/** Milliseconds for everything; 80 s were needed on two cores with other work, most of them for npm; .ci/run has more. */
const LIMIT = 230_000;
const BEGAN = performance.now();

interface Block {
  readonly kind: 'run' | 'file' | 'typed' | 'serve';
  readonly text: string;
  /** Of a file. */
  readonly name: string;
}

const children = new Set<ChildProcess>();
let stopping = false;
const folder = await mkdtemp(path.join(tmpdir(), 'sluice-fresh-'));
let deadline: NodeJS.Timeout | undefined;
const late = new Promise<never>((_, reject) => {
  deadline = setTimeout(() => reject(new Error(`not done after ${LIMIT / 1_000} s`)), LIMIT);
});
try {
  await chmod(folder, 0o755); // the account that runs Postgres in place of root must pass it
  await Promise.race([check(), late]);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  clearTimeout(deadline);
  await stopAll();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function check(): Promise<void> {
  const blocks = blocksOf(await readFile(path.join(ROOT, 'docs/front-end.md'), 'utf8'));
  const [gatewayUrl, tarball] = await Promise.all([startGateway(), pack()]);
  const adapted = (text: string): string => text.replaceAll('http://localhost:4000', gatewayUrl).replaceAll('npm install sluice', `npm install ${tarball}`);
  let cwd = path.join(folder, 'reader');
  await mkdir(cwd);
  for (const block of blocks) {
    const text = adapted(block.text);
    switch (block.kind) {
      case 'file':
        say(block.name);
        await writeFile(path.join(cwd, block.name), text);
        break;
      case 'run':
      case 'typed':
        cwd = await shell(text, cwd);
        if (block.kind === 'typed') await refusesWrongField(cwd);
        break;
      case 'serve':
        await showsAnEvent(await serve(text, cwd), gatewayUrl);
    }
  }
  say('a page in Chromium shows the event');
}

function blocksOf(page: string): readonly Block[] {
  const section = /<!-- fresh -->([^]*)<!-- \/fresh -->/.exec(page)?.[1];
  if (section === undefined) throw new Error('docs/front-end.md has no section between <!-- fresh --> and <!-- /fresh -->');
  const blocks = [...section.matchAll(/(?:<!-- (file|typed|serve)(?:: (\S+))? -->\n)?```\w+\n([^]*?)```/g)].map(([, kind = 'run', name = '', text = '']) =>
    ({ kind: kind as Block['kind'], name, text }));
  for (const kind of ['run', 'file', 'typed', 'serve'] as const) {
    if (!blocks.some((block) => block.kind === kind)) throw new Error(`docs/front-end.md has no block of kind "${kind}" to try`);
  }
  return blocks;
}

/** The commerce domain, on an embedded PostgreSQL. */
async function startGateway(): Promise<string> {
  const child = start('node', ['--import', import.meta.resolve('tsx'), 'src/main.ts'], ROOT, { PORT: '0', SLUICE_DATA_DIR: path.join(folder, 'data'), LOG_LEVEL: 'warn' });
  const [, url = ''] = await printed(child, /Health\s+(http:\/\/[\w.:]+)\//);
  say(`gateway at ${url}`);
  return url;
}

async function pack(): Promise<string> {
  await readFile(path.join(ROOT, 'dist/client/index.js')).catch((cause: unknown) => {
    throw new Error('dist/ is missing: npm run build', { cause });
  });
  await shell(`npm pack --ignore-scripts --silent --pack-destination ${folder} && mv ${folder}/sluice-*.tgz ${folder}/sluice.tgz`, ROOT);
  return path.join(folder, 'sluice.tgz');
}

/** The types must say no: else they are `any`, and everything compiles. */
async function refusesWrongField(cwd: string): Promise<void> {
  const file = path.join(cwd, 'src/main.ts');
  const copy = path.join(folder, 'main.ts');
  await cp(file, copy);
  await writeFile(file, (await readFile(file, 'utf8')).replace('event.page', 'event.pages'));
  await shell('if npx tsc; then echo "a wrong field compiles" >&2; exit 1; fi', cwd);
  await cp(copy, file);
}

async function serve(text: string, cwd: string): Promise<string> {
  say(text.trim());
  const [, url = ''] = await printed(start('bash', ['-ec', text], cwd, { NO_COLOR: '1' }), /Local:\s+(http:\/\/\S+)/);
  return url;
}

async function showsAnEvent(pageUrl: string, gatewayUrl: string): Promise<void> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(pageUrl);
    const response = await fetch(`${gatewayUrl}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'mutation { publishFormSubmitted(input: { formId: "contact", page: "/from-the-reader", answers: {} }) { eventId } }' }),
    });
    if (!response.ok) throw new Error(`publishing: ${response.status} ${await response.text()}`);
    await page.getByText('/from-the-reader').waitFor();
  } finally {
    await browser.close();
  }
}

/** Runs a block; answers with the folder in which it ended. */
async function shell(text: string, cwd: string): Promise<string> {
  say(text.trim());
  const at = path.join(folder, 'cwd');
  // npm asks before it fetches what `npm create` names; nobody answers here.
  const child = start('bash', ['-ec', `${text}\npwd > ${at}`], cwd, { npm_config_yes: 'true', npm_config_audit: 'false', npm_config_fund: 'false' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`ended with ${code}: ${text.trim()}\n${output}`);
  return (await readFile(at, 'utf8')).trim();
}

function start(command: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): ChildProcess {
  if (stopping) throw new Error('time is up');
  // A group of its own: a shell's children end with it.
  const child = spawn(command, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, DATABASE_URL: '', ...env } });
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}

function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: string): void => {
      output += chunk;
      const match = pattern.exec(output);
      if (match !== null) resolve(match);
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.once('error', reject).once('close', (code) => reject(new Error(`ended with ${code} before ${String(pattern)}:\n${output}`)));
  });
}

/** SIGTERM first: a gateway that is killed leaves its PostgreSQL running. */
async function stopAll(): Promise<void> {
  stopping = true;
  await Promise.all([...children].map(async (child) => {
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const signal = (name: NodeJS.Signals): void => {
      if (child.pid !== undefined && children.has(child)) process.kill(-child.pid, name);
    };
    signal('SIGTERM');
    const late = setTimeout(() => signal('SIGKILL'), 15_000);
    await closed;
    clearTimeout(late);
  }));
}

function say(what: string): void {
  console.log(`${((performance.now() - BEGAN) / 1_000).toFixed(1).padStart(5)} s  ${what.replaceAll('\n', '\n         ')}`);
}
