import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

test('CONTRIBUTING.md names only what exists', () => {
  const page = readFileSync(path.join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const named = [...page.matchAll(/(?<![\w/])(?:docs|src|test|schema|bench|examples|drizzle)\/[\w/.-]*/g)].map(([file]) => file.replace(/\.$/, ''));
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});
