import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { GATEWAY_CONNECTIONS } from '../../src/cli/doctor/server.js';
import { DEFAULT_LIMITS } from '../../src/graphql/limits/limits.js';
import { createMetrics } from '../../src/observe/metrics.js';

const FILE = path.resolve(import.meta.dirname, '../../docs/operations.md');
const page = readFileSync(FILE, 'utf8');

/** What a gateway counts itself, as its registry has it. */
async function ownMetrics(): Promise<{ name: string; type: string; labels: readonly string[]; help: string }[]> {
  const metrics = createMetrics();
  const labels = new Map(Object.values(metrics).flatMap((metric) => ('labelNames' in metric ? [[(metric as unknown as { name: string }).name, metric.labelNames as readonly string[]] as const] : [])));
  return (await metrics.registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith('sluice_'))
    .map(({ name, type, help }) => ({ name, type: String(type), labels: labels.get(name) ?? [], help }));
}

test('docs/operations.md lists the metrics as the code has them', async () => {
  // UPDATE_DOCS=1 npx vitest run test/docs/operations.test.ts writes the table.
  const rows = (await ownMetrics()).map(({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(' ')} | ${help} |\n`);
  expect(rows.length).toBeGreaterThan(10);
  const table = `| metric | kind | labels | meaning |\n| --- | --- | --- | --- |\n${rows.join('')}`;
  const [, before = '', after = ''] = /^([^]*<!-- metrics -->\n)[^]*?(<!-- \/metrics -->[^]*)$/.exec(page) ?? [];
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(FILE, before + table + after);
  else expect(page).toBe(before + table + after);
});

test('what docs/operations.md asks Prometheus for exists', async () => {
  const known = new Set((await ownMetrics()).map(({ name }) => name));
  const used = [...page.matchAll(/\b(sluice_[a-z_]+?)(?:_bucket)?(?=[\[{\s)>`-])/g)].map(([, name = '']) => name);
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
});

test('links inside docs/operations.md lead somewhere', () => {
  const headings = new Set([...page.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-')));
  expect([...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor).filter((anchor) => !headings.has(anchor))).toEqual([]);
});

test('the connections of a gateway are counted as the code opens them', () => {
  const source = readFileSync(path.resolve(import.meta.dirname, '../../src/gateway.ts'), 'utf8');
  const sizes: Readonly<Record<string, number>> = { 'limits.catchUpReads': DEFAULT_LIMITS.catchUpReads, 'options.poolSize ?? 10': 10 };
  const pools = [...source.matchAll(/\b(?:renewable\('[\w ]+', |openDatabase\(\{ url, poolSize: )([^,)]+)/g)].map(([, size = '']) => sizes[size] ?? Number(size));
  expect(pools).toHaveLength(9);
  // Reference data has 4 of its own, LISTEN one, consumers 8 to commit through.
  expect(pools.reduce((sum, size) => sum + size, 4 + 1 + 8)).toBe(GATEWAY_CONNECTIONS);
  expect(page).toContain(`up to ${GATEWAY_CONNECTIONS} for each gateway`);
});
