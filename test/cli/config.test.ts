import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { maskPassword } from '../../src/base/mask.js';
import { ConfigError, InfoRequested, readConfig } from '../../src/cli/config.js';
import { OPTIONS } from '../../src/cli/options.js';

function problemsOf(argv: readonly string[], env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(argv, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1, -1).map((line) => line.trim());
    throw error;
  }
  throw new Error('accepted');
}

function infoOf(argv: readonly string[]): string {
  try {
    readConfig(argv, {});
  } catch (error) {
    if (error instanceof InfoRequested) return error.text;
    throw error;
  }
  throw new Error('nothing was printed');
}

/** Looked at by access.test.ts. */
const ACCESS = { auth: null, jwtSecret: null, jwksUrl: null, jwtIssuer: null, jwtAudience: null, clockToleranceMs: 0, authCookie: 'sluice_token', origins: null, trustProxy: 0 };

test('without flags and variables everything has its default', () => {
  expect(readConfig([], {})).toEqual({
    host: '127.0.0.1', port: 4_000, schemaDir: path.resolve('schema/commerce'), demo: false, demoRate: 5, databaseUrl: null,
    dataDir: path.resolve('.sluice'), logLevel: 'info', idempotencyWindowMs: 86_400_000, ringEvents: 10_000, ringBytes: 67_108_864,
    pollIntervalMs: 20, checkpointIntervalMs: 15_000, notify: true, poolSize: 10, lockTimeoutMs: 5_000, drainTimeoutMs: 10_000, partitionSize: 1_000_000,
    retentionAgeMs: null, retentionBytes: null, publishQueueEvents: 10_000, referenceCacheEntries: 50_000, referenceCacheBytes: 67_108_864,
    introspection: null, persistedOperations: null, persistedOnly: false, maxDocumentCharacters: 100_000, maxTokens: 2_000, maxDepth: 12, maxAliases: 100, maxDirectives: 100,
    maxRootFields: 50, maxCost: 250_000, maxEventCost: 1_000, maxBodyBytes: 8_388_608, maxOperationsPerSecond: 1_000, maxPublishedPerSecond: 5_000,
    maxCatchUpReads: 4, maxCatchUpReadsPerPrincipal: 3, maxConnectionsPerAddress: 1_000, maxConnectionsPerPrincipal: 200, maxOperationsPerSocket: 200, maxMessageBytes: 8_388_608, initTimeoutMs: 10_000, consumers: true, consumerLeaseMs: 10_000, consumerConnections: 8, webhookAllow: null, ...ACCESS, warnings: [],
  });
});

test('reads variables with their units; a flag wins; an empty variable is unset', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'sluice-schema-'));
  try {
    expect(
      readConfig(['--port', '5000', '--demo', '--rate=2.5', '--schema', dir], {
        HOST: '0.0.0.0', PORT: '6000', DATABASE_URL: 'postgres://u:p@h:5432/d', SLUICE_SCHEMA: '/nowhere', SLUICE_DATA_DIR: '', LOG_LEVEL: 'DEBUG',
        SLUICE_IDEMPOTENCY_WINDOW: '90s', SLUICE_RING_EVENTS: '8', SLUICE_RING_BYTES: '1.5 kb', SLUICE_POLL_INTERVAL: '500ms',
        SLUICE_CHECKPOINT_INTERVAL: '0.25s', SLUICE_NOTIFY: 'off', SLUICE_POOL_SIZE: '3', SLUICE_LOCK_TIMEOUT: '750ms', SLUICE_DRAIN_TIMEOUT: '1m',
        SLUICE_PARTITION_SIZE: '100', SLUICE_AUTH: 'keys', SLUICE_AUTH_COOKIE: 'id', SLUICE_ORIGINS: 'https://shop.example.com', SLUICE_TRUST_PROXY: '2', SLUICE_CLOCK_TOLERANCE: '1s', SLUICE_RETENTION_AGE: '30d', SLUICE_RETENTION_SIZE: '20GB', SLUICE_PUBLISH_QUEUE_EVENTS: '7', SLUICE_REFERENCE_CACHE_ENTRIES: '0', SLUICE_REFERENCE_CACHE_BYTES: '2KB',
        SLUICE_INTROSPECTION: 'off', SLUICE_PERSISTED_OPERATIONS: 'package.json', SLUICE_PERSISTED_ONLY: 'on', SLUICE_MAX_DOCUMENT_CHARACTERS: '2000', SLUICE_MAX_TOKENS: '300',
        SLUICE_MAX_DEPTH: '5', SLUICE_MAX_ALIASES: '0', SLUICE_MAX_DIRECTIVES: '2', SLUICE_MAX_ROOT_FIELDS: '1', SLUICE_MAX_COST: '99', SLUICE_MAX_EVENT_COST: '9', SLUICE_MAX_BODY: '64KB',
        SLUICE_MAX_OPERATIONS_PER_SECOND: '10', SLUICE_MAX_PUBLISHED_PER_SECOND: '1000', SLUICE_MAX_CATCH_UP_READS: '8', SLUICE_MAX_CATCH_UP_READS_PER_PRINCIPAL: '2', SLUICE_MAX_CONNECTIONS_PER_ADDRESS: '5', SLUICE_MAX_CONNECTIONS_PER_PRINCIPAL: '4', SLUICE_MAX_OPERATIONS_PER_SOCKET: '3', SLUICE_MAX_MESSAGE: '1MB', SLUICE_INIT_TIMEOUT: '2s', SLUICE_CONSUMERS: 'off', SLUICE_CONSUMER_LEASE: '3s', SLUICE_CONSUMER_CONNECTIONS: '2', SLUICE_WEBHOOK_ALLOW: 'hooks.internal, 10.0.0.0/8,hooks.internal',
      }),
    ).toEqual({
      host: '0.0.0.0', port: 5_000, schemaDir: dir, demo: true, demoRate: 2.5, databaseUrl: 'postgres://u:p@h:5432/d',
      dataDir: path.resolve('.sluice'), logLevel: 'debug', idempotencyWindowMs: 90_000, ringEvents: 8, ringBytes: 1_536, pollIntervalMs: 500,
      checkpointIntervalMs: 250, notify: false, poolSize: 3, lockTimeoutMs: 750, drainTimeoutMs: 60_000, partitionSize: 100, retentionAgeMs: 2_592_000_000, retentionBytes: 21_474_836_480, publishQueueEvents: 7, referenceCacheEntries: 0, referenceCacheBytes: 2_048,
      introspection: false, persistedOperations: path.resolve('package.json'), persistedOnly: true, maxDocumentCharacters: 2_000, maxTokens: 300, maxDepth: 5, maxAliases: 0, maxDirectives: 2,
      maxRootFields: 1, maxCost: 99, maxEventCost: 9, maxBodyBytes: 65_536, maxOperationsPerSecond: 10, maxPublishedPerSecond: 1_000, maxCatchUpReads: 8, maxCatchUpReadsPerPrincipal: 2, maxConnectionsPerAddress: 5, maxConnectionsPerPrincipal: 4, maxOperationsPerSocket: 3, maxMessageBytes: 1_048_576, initTimeoutMs: 2_000, consumers: false, consumerLeaseMs: 3_000, consumerConnections: 2, webhookAllow: ['hooks.internal', '10.0.0.0/8'], ...ACCESS, auth: 'keys', authCookie: 'id', origins: ['https://shop.example.com'], trustProxy: 2, clockToleranceMs: 1_000, warnings: [],
    });
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('names every wrong setting at once: what it is, what it got, what it takes', () => {
  expect(problemsOf(['--rate', 'fast', '--prot', '1'], { PORT: '70000', SLUICE_RING_BYTES: '64', SLUICE_NOTIFY: 'yes', SLUICE_SCHEMA: '/nowhere' })).toEqual([
    expect.stringMatching(/^unknown option '--prot'.*--port/),
    'PORT: got "70000", takes a whole number from 0 to 65,535',
    'SLUICE_SCHEMA: got "/nowhere", takes an existing folder with .graphql files',
    '--rate: got "fast", takes a number from 0.1 to 10,000',
    expect.stringMatching(/^SLUICE_RING_BYTES: got "64", takes a size with its unit/),
    'SLUICE_NOTIFY: got "yes", takes on or off',
  ]);
});

test.each([
  ['PORT', ['x', '-1', '1.5', '1e3', '0x10', ' ']],
  ['HOST', ['a b', 'http://x']],
  ['LOG_LEVEL', ['loud']],
  ['DATABASE_URL', ['localhost', 'mysql://h/d', 'postgres:/h', 'postgres://h:port/d']],
  ['SLUICE_IDEMPOTENCY_WINDOW', ['24', '24 hours', 'h', '-1s', '400d', '0s']],
  ['SLUICE_CHECKPOINT_INTERVAL', ['16s', '1ms']],
  ['SLUICE_RING_EVENTS', ['0', '1,000']],
  ['SLUICE_RING_BYTES', ['1B', '65GB', '64 megabytes']],
  ['SLUICE_POOL_SIZE', ['1', '']],
  ['SLUICE_PERSISTED_OPERATIONS', ['/nowhere.json', 'src']],
  ['SLUICE_MAX_PUBLISHED_PER_SECOND', ['999']],
])('%s refuses what it does not take', (name, values) => {
  for (const value of values) {
    if (value === '') expect(readConfig([], { [name]: value }).warnings).toEqual([]);
    else expect(problemsOf([], { [name]: value }), value).toEqual([expect.stringContaining(`${name}: got ${JSON.stringify(value)}, takes `)]);
  }
});

test('takes several hosts in DATABASE_URL, as the driver does', () => {
  const url = 'postgresql://u:p@one:5432,two:5433/d?target_session_attrs=primary';
  expect(readConfig([], { DATABASE_URL: url }).databaseUrl).toBe(url);
});

test.each([
  'mysql://u:hunter2@h/d', 'postgres:/u:hunter2@h', 'postgres//u:hunter2@h', 'u:hunter2@h', 'host=h password=hunter2', 'host=h PASSWORD = hunter2 x',
  'postgres://u:hunter2/a@b:c@h:port/d', 'pg://h/d?password=hunter2&x=1', '://u:hunter2@h', 'postgres://u@x:hunter2@h:port',
])('a wrong DATABASE_URL is shown without its password: %s', (url) => {
  const [problem] = problemsOf([], { DATABASE_URL: url });
  expect(problem).toMatch(/^DATABASE_URL: got ".*\*\*\*/);
  expect(problem).not.toContain('hunter2');
});

test('masking keeps the rest of the URL', () => {
  expect(maskPassword('postgres://u:p@h:5432/d?x=1')).toBe('postgres://u:***@h:5432/d?x=1');
  expect(maskPassword('postgres://u@h:5432/d')).toBe('postgres://u@h:5432/d');
});

test('warns about variables and flags that have no effect, with the nearest name', () => {
  const { warnings } = readConfig(['--rate', '3'], { SLUICE_POLL_INTERVALL: '1s', SLUICE_PORT: '1', SLUICE_TEST_DATABASE_URL: 'x', OTHER: '1' });
  expect(warnings).toEqual([
    'SLUICE_POLL_INTERVALL is not a setting and has no effect; the nearest is SLUICE_POLL_INTERVAL',
    'SLUICE_PORT is not a setting and has no effect; the nearest is PORT',
    '--rate has no effect without --demo',
  ]);
});

test('--help has every setting with its default, --version the version of package.json', () => {
  const help = infoOf(['--help']);
  for (const option of Object.values(OPTIONS)) {
    expect(help).toContain(option.env ?? option.flag);
    if (option.flag !== null) expect(help).toContain(option.flag);
  }
  expect(help).toContain('default: an embedded PostgreSQL');
  expect(help).not.toContain(process.cwd());
  expect(infoOf(['--version'])).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(problemsOf(['serve', 'twice'], {})[0]).toMatch(/too many arguments/);
});
