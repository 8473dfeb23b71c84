import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * `npm run codegen:check`: fails when a generated file is not what its sources give. Generates in a copy of the
 * sources and compares bytes, so that it needs no git and leaves the checkout alone.
 */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = ['package.json', 'tsconfig.json', 'codegen.ts', 'schema', 'src', 'test/documents'];
const GENERATED = ['schema/derived.graphql', 'src/commerce/generated', 'test/generated'];

type Files = ReadonlyMap<string, Buffer>;

async function read(root: string): Promise<Files> {
  const files = new Map<string, Buffer>();
  for (const path of GENERATED) {
    for (const file of await below(join(root, path))) files.set(relative(root, file).replaceAll('\\', '/'), await readFile(file));
  }
  return files;
}

/** The file itself, the files of a folder, or nothing. */
async function below(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOTDIR') return [path];
    if (code === 'ENOENT') return [];
    throw error;
  }
}

function generate(root: string): void {
  const run = spawnSync('npm', ['run', '--silent', 'codegen'], { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  if (run.error !== undefined) throw run.error;
  if (run.status !== 0) throw new Error(`npm run codegen failed:\n${run.stdout}${run.stderr}`);
}

function difference(committed: Files, made: Files): string[] {
  const names = [...new Set([...committed.keys(), ...made.keys()])].sort();
  return names.flatMap((name) => {
    const [old, fresh] = [committed.get(name), made.get(name)];
    if (old === undefined) return [`${name} is missing`];
    if (fresh === undefined) return [`${name} is no longer generated`];
    return old.equals(fresh) ? [] : [`${name} differs`];
  });
}

const committed = await read(ROOT);
const copy = await mkdtemp(join(tmpdir(), 'sluice-codegen-'));
try {
  for (const path of SOURCES) await cp(join(ROOT, path), join(copy, path), { recursive: true });
  for (const path of GENERATED) await rm(join(copy, path), { recursive: true, force: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
  generate(copy);

  const drifted = difference(committed, await read(copy));
  if (drifted.length > 0) {
    console.error(`Generated files are not up to date:\n${drifted.map((each) => `  ${each}`).join('\n')}\nRun \`npm run codegen\` and commit the result.`);
    process.exitCode = 1;
  } else {
    console.log(`${committed.size} generated files are up to date.`);
  }
} finally {
  await rm(copy, { recursive: true });
}
