import { readFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SchemaError } from './schema-error.js';

/** One file of SDL. */
export interface SchemaSource {
  /** Path relative to the working directory, for messages. */
  readonly file: string;
  readonly body: string;
}

/** The gateway's own part of every schema. The path is the same from `src` and from `dist`. */
export const GATEWAY_SDL: SchemaSource = {
  file: 'schema/gateway.graphql',
  body: readFileSync(fileURLToPath(new URL('../../../schema/gateway.graphql', import.meta.url)), 'utf8'),
};

/**
 * Reads every `*.graphql` file below a folder, in the order of their paths.
 * @throws SchemaError when the folder does not exist or has no such file.
 */
export async function loadSources(dir: string): Promise<SchemaSource[]> {
  const shown = display(dir);
  const found = await stat(dir).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (found?.isDirectory() !== true) {
    throw none(shown, found === null ? 'This folder does not exist.' : 'This is not a folder.', 'Name the folder of your .graphql files with --schema.');
  }
  const paths = (await readdir(dir, { recursive: true })).filter((each) => each.endsWith('.graphql')).sort();
  if (paths.length === 0) {
    throw none(shown, 'This folder has no .graphql file.', 'Put your topics and event types there, or name another folder with --schema.');
  }
  return Promise.all(paths.map(async (path) => ({ file: display(join(dir, path)), body: await readFile(join(dir, path), 'utf8') })));
}

const none = (file: string, message: string, remedy: string): SchemaError => new SchemaError([{ file, line: 1, column: 1, message, remedy }]);

/** Slashes on every system, so that messages and the derived file are the same everywhere. */
const display = (path: string): string => (relative(process.cwd(), path) || '.').replaceAll('\\', '/');
