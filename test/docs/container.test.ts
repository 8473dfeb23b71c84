import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { validate } from 'dockerfile-utils';
import { describe, expect, test } from 'vitest';
import { OPTIONS, type Option } from '../../src/cli/options.js';

/** Where no container engine runs, this is what can be said about the two files. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const dockerfile = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8');
const compose = readFileSync(path.join(ROOT, 'compose.yaml'), 'utf8');
const settings = new Set(Object.values<Option<unknown>>(OPTIONS).map((option) => option.env));

describe('Dockerfile', () => {
  test('is accepted by the linter', () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  test('copies what exists, and starts what the build makes', () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) => files.split(' '));
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
    const ignored = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8').split('\n');
    expect(sources.filter((file) => ignored.includes(file))).toEqual([]);
    const started = /^CMD \["node", "dist\/(.+)\.js"\]$/m.exec(dockerfile)?.[1] ?? '';
    expect(existsSync(path.join(ROOT, 'src', `${started}.ts`))).toBe(true);
  });

  test('runs on a Node that package.json allows, and sets what is a setting', () => {
    const versions = [...dockerfile.matchAll(/^FROM node:(\d+)/gm)].map(([, version]) => Number(version));
    expect(versions.every((version) => version >= 20)).toBe(true);
    const set = /^ENV (.+)$/m.exec(dockerfile)?.[1]?.split(' ').map((pair) => pair.split('=')[0]) ?? [];
    expect(set.filter((name) => name !== 'NODE_ENV' && !settings.has(name ?? ''))).toEqual([]);
  });
});

describe('compose.yaml', () => {
  test('is accepted by the linter', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [path.join(ROOT, 'node_modules/dclint/bin/dclint.cjs'), 'compose.yaml', '--max-warnings', '0'], { cwd: ROOT });
    expect(stdout.trim()).toBe('');
  });

  test('sets what is a setting, for a PostgreSQL that is supported', () => {
    const gateway = compose.slice(compose.indexOf('x-gateway'), compose.indexOf('services:'));
    const set = [...gateway.matchAll(/^ {4}([A-Z_]+):/gm)].map(([, name = '']) => name);
    expect(set.length).toBeGreaterThan(0);
    expect(set.filter((name) => !settings.has(name))).toEqual([]);
    expect(Number(/image: postgres:(\d+)/.exec(compose)?.[1])).toBeGreaterThanOrEqual(14);
  });
});
