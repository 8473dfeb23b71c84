import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGE = readFileSync(path.join(ROOT, 'docs/security.md'), 'utf8');

describe('docs/security.md', () => {
  test('cites tests that exist, in every row of its rules', () => {
    const cited = [...PAGE.matchAll(/`(test\/[\w/.-]+\.ts)`/g)].map((match) => match[1] ?? '');
    expect(cited.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
    const rules = PAGE.split('## The rules, and their tests')[1]?.split('\n## ')[0]?.split('\n').filter((line) => line.startsWith('| ')).slice(2) ?? [];
    expect(rules.length).toBeGreaterThan(5);
    expect(rules.filter((row) => !/`test\/[^`]+\.test\.ts` \|$/.test(row))).toEqual([]);
  });

  test('cites every file of test/security', () => {
    const files = readdirSync(path.join(ROOT, 'test/security')).filter((file) => file.endsWith('.test.ts'));
    expect(files.filter((file) => !PAGE.includes(`\`test/security/${file}\``))).toEqual([]);
  });

  test('links to pages that exist', () => {
    const links = [...PAGE.matchAll(/\]\(([\w./-]+)(?:#[\w-]+)?\)/g)].map((match) => path.resolve(ROOT, 'docs', match[1] ?? ''));
    expect(links.filter((file) => !existsSync(file))).toEqual([]);
  });
});
