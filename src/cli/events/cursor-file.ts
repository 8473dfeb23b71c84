import { open, readFile, rename } from 'node:fs/promises';
import { CommandError } from '../exit-codes.js';

/** The cursor that a file holds; null when there is no such file, or nothing in it. Errors: `CommandError`. */
export async function readCursorFile(file: string): Promise<string | null> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw cannot('read', file, error);
  }
  if (text === '') return null;
  if (!/^[A-Za-z0-9_-]{30,200}$/.test(text)) throw new CommandError('cursor', `${file} holds no cursor. Is it the right file? Remove it to start at --from.`);
  return text;
}

/** Puts the cursor into the file, whole or not at all, also when the machine stops meanwhile. Errors: `CommandError`. */
export async function writeCursorFile(file: string, cursor: string): Promise<void> {
  const next = `${file}.next`;
  try {
    const handle = await open(next, 'w', 0o600);
    try {
      await handle.writeFile(`${cursor}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(next, file);
  } catch (error) {
    throw cannot('written', file, error);
  }
}

function cannot(what: string, file: string, error: unknown): CommandError {
  return new CommandError('failed', `The cursor file ${file} cannot be ${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
