import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface Row {
  readonly number: string;
  readonly promise: string;
  readonly state: string;
  readonly files: readonly string[];
}

let rows: readonly Row[];
beforeAll(async () => {
  const text = await readFile(path.join(ROOT, 'docs/guarantees.md'), 'utf8');
  rows = text.split('\n').filter((line) => /^\| G\d+ \|/.test(line)).map((line) => {
    const [number = '', promise = '', state = '', tests = ''] = line.split('|').slice(1, -1).map((cell) => cell.trim());
    return { number, promise, state, files: [...tests.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '') };
  });
});

/** The numbers in the titles of a test file: `'G2 G4: …'` and `'G2, G4: …'` name both. */
async function numbersIn(file: string): Promise<Set<string>> {
  const source = await readFile(path.join(ROOT, file), 'utf8');
  return new Set([...source.matchAll(/['"`]((?:G\d+,? )*G\d+):/g)].flatMap((match) => match[1]?.split(/,? /) ?? []));
}

describe('docs/guarantees.md', () => {
  it('has G1 to G16, each with a promise and a state', () => {
    expect(rows.map((row) => row.number)).toEqual(Array.from({ length: 16 }, (_, index) => `G${index + 1}`));
    for (const row of rows) {
      expect(row.promise).toMatch(/\.$/);
      expect(row.state).toMatch(/^(built|in part|not built yet)/);
    }
  });

  it('cites for each that is built, in whole or in part, files that all have a test named after it', async () => {
    for (const row of rows) {
      if (row.state.startsWith('not built yet')) {
        expect([row.number, row.files]).toEqual([row.number, []]);
        continue;
      }
      expect(row.files.length, row.number).toBeGreaterThan(0);
      for (const file of row.files) expect([...await numbersIn(file)], `titles of ${file}`).toContain(row.number);
    }
  });
});
