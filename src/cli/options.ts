import { statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { SluiceError } from '../base/error.js';
import { isLoopback } from '../base/loopback.js';
import { MAX_CALL_EVENTS } from '../event/limits.js';
import { DEFAULT_LIMITS } from '../graphql/limits/limits.js';
import { parseAllowList } from '../webhook/allow-list.js';
import { DEFAULT_WIRE_LIMITS } from '../wire/limits.js';

/** One setting. `--help` and the table in docs/operations.md are made from this. */
export interface Option<T> {
  /** Environment variable; null: only a flag. */
  readonly env: string | null;
  /** `--port <number>`; null: only an environment variable. A flag wins over the variable. */
  readonly flag: string | null;
  /** From the text of the variable or flag to the value. */
  readonly schema: z.ZodType<T, string>;
  /** As one would write it; null: unset. */
  readonly default: string | null;
  /** In `--help` in place of `default`. */
  readonly defaultShown?: string;
  /** What it takes, to follow "takes …". */
  readonly takes: string;
  readonly doc: string;
  /** What of it is never shown: a password inside, or all of it. */
  readonly secret?: 'password' | 'whole';
}

/** The value that `parse` makes of the text; null from it says that the text is wrong. */
function text<T>(parse: (value: string) => T | null): z.ZodType<T, string> {
  return z.string().transform((value, context) => {
    const parsed = parse(value.trim());
    if (parsed !== null) return parsed;
    context.addIssue({ code: 'custom', message: 'not acceptable' });
    return z.NEVER;
  });
}

function within(value: number, min: number, max: number): number | null {
  return value >= min && value <= max ? value : null;
}

const grouped = new Intl.NumberFormat('en-US');

function count(min: number, max: number) {
  return {
    schema: text((value) => (/^\d+$/.test(value) ? within(Number(value), min, max) : null)),
    takes: `a whole number from ${grouped.format(min)} to ${grouped.format(max)}`,
  };
}

const MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const BYTES = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 } as const;

function scaled<U extends string>(value: string, units: Readonly<Record<U, number>>): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/i.exec(value) ?? [];
  const factor = Object.entries<number>(units).find(([name]) => name.toLowerCase() === unit?.toLowerCase())?.[1];
  return amount === undefined || factor === undefined ? null : Math.round(Number(amount) * factor);
}

/** Milliseconds. */
function duration(min: string, max: string) {
  const [low, high] = [scaled(min, MS) ?? 0, scaled(max, MS) ?? 0];
  return {
    schema: text((value) => within(scaled(value, MS) ?? Number.NaN, low, high)),
    takes: `a duration with its unit (ms, s, m, h, d) from ${min} to ${max}, such as 90s or 500ms`,
  };
}

/** Bytes; 1 KB is 1,024. */
function size(min: string, max: string) {
  const [low, high] = [scaled(min, BYTES) ?? 0, scaled(max, BYTES) ?? 0];
  return {
    schema: text((value) => within(scaled(value, BYTES) ?? Number.NaN, low, high)),
    takes: `a size with its unit (B, KB, MB, GB) from ${min} to ${max}, such as 64MB`,
  };
}

function filled(value: string): string | null {
  return value === '' ? null : value;
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isDatabaseUrl(value: string): boolean {
  // Several hosts (`a:1,b:2`) are one URL to the driver, but not to URL.
  const single = value.replace(/^([a-z]+:\/\/[^/?]*?),[^/?]*/, '$1');
  return /^postgres(ql)?:\/\//.test(value) && URL.canParse(single);
}

/** `http:` gives the keys away to whoever sits between; on loopback there is nobody. */
function isKeySetUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  return username + password === '' && (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)));
}

/** Origins as browsers write them in `Origin`, each once. */
function originList(value: string): readonly string[] | null {
  const origins = value.split(',').map((each) => each.trim()).filter((each) => each !== '').map(normalOrigin);
  return origins.length === 0 || origins.includes(null) ? null : [...new Set(origins as readonly string[])];
}

function normalOrigin(value: string): string | null {
  if (!/^https?:\/\/[^/?#@*\\\s]+\/?$/i.test(value) || !URL.canParse(value)) return null;
  return new URL(value).origin;
}

/** Hosts and networks, each once. */
function allowList(value: string): readonly string[] | null {
  const entries = value.split(',').map((each) => each.trim()).filter((each) => each !== '');
  try {
    parseAllowList(entries);
  } catch (error) {
    if (error instanceof SluiceError) return null;
    throw error;
  }
  return entries.length === 0 ? null : [...new Set(entries)];
}

const AUTH = ['none', 'keys'] as const;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const COMMERCE = path.resolve(import.meta.dirname, '../../schema/commerce');

/** Every setting of the gateway, under its name in `Config`. */
export const OPTIONS = {
  host: {
    env: 'HOST', flag: '--host <address>', default: '127.0.0.1',
    schema: text((value) => (/^[^\s/]+$/.test(value) ? value : null)),
    takes: 'an address or host name of this machine', doc: 'Address to listen on; 0.0.0.0 for all.',
  },
  port: { env: 'PORT', flag: '--port <number>', default: '4000', ...count(0, 65_535), doc: 'Port to listen on; 0 for any free one.' },
  schemaDir: {
    env: 'SLUICE_SCHEMA', flag: '--schema <folder>', default: COMMERCE, defaultShown: 'the example shop, schema/commerce',
    schema: text((value) => (isFolder(value) ? path.resolve(value) : null)),
    takes: 'an existing folder with .graphql files', doc: 'Folder of the schema to serve.',
  },
  demo: { env: null, flag: '--demo', default: 'off', schema: text(onOff), takes: 'no value', doc: 'Also play a small shop through the public mutations.' },
  demoRate: {
    env: null, flag: '--rate <number>', default: '5',
    schema: text((value) => (/^\d+(\.\d+)?$/.test(value) ? within(Number(value), 0.1, 10_000) : null)),
    takes: 'a number from 0.1 to 10,000', doc: 'Events a second that --demo publishes.',
  },
  databaseUrl: {
    env: 'DATABASE_URL', flag: null, default: null, defaultShown: 'an embedded PostgreSQL', secret: 'password',
    schema: text((value) => (isDatabaseUrl(value) ? value : null)),
    takes: 'a URL such as postgres://user:password@host:5432/database', doc: 'PostgreSQL server to use, 14 or newer.',
  },
  dataDir: {
    env: 'SLUICE_DATA_DIR', flag: null, default: '.sluice',
    schema: text((value) => (value.length > 0 && !value.includes('\0') ? path.resolve(value) : null)),
    takes: 'a folder; it is made if it is missing', doc: 'Where the embedded PostgreSQL keeps its data.',
  },
  auth: {
    env: 'SLUICE_AUTH', flag: null, default: null, defaultShown: 'tokens and API keys, once SLUICE_JWT_SECRET or SLUICE_JWKS_URL is set',
    schema: text((value) => AUTH.find((each) => each === value) ?? null),
    takes: 'none (everybody may do everything) or keys (API keys alone)', doc: 'Who may use the gateway, where tokens do not say it.',
  },
  jwtSecret: {
    env: 'SLUICE_JWT_SECRET', flag: null, default: null, secret: 'whole',
    schema: text((value) => (Buffer.byteLength(value) >= 32 ? value : null)),
    takes: 'at least 32 bytes, such as `openssl rand -base64 32` makes', doc: 'Tokens (JWT) are signed with it: HS256.',
  },
  jwksUrl: {
    env: 'SLUICE_JWKS_URL', flag: null, default: null, secret: 'password',
    schema: text((value) => (isKeySetUrl(value) ? value : null)),
    takes: 'an https: URL without a password (http: on loopback), such as https://id.example.com/.well-known/jwks.json',
    doc: 'Tokens are signed by an identity provider whose public keys are there.',
  },
  jwtIssuer: { env: 'SLUICE_JWT_ISSUER', flag: null, default: null, defaultShown: 'not looked at', schema: text(filled), takes: 'text', doc: 'What `iss` of a token must be; required with SLUICE_JWKS_URL.' },
  jwtAudience: { env: 'SLUICE_JWT_AUDIENCE', flag: null, default: null, defaultShown: 'not looked at', schema: text(filled), takes: 'text', doc: 'What `aud` of a token must be, or hold; required with SLUICE_JWKS_URL.' },
  clockToleranceMs: {
    env: 'SLUICE_CLOCK_TOLERANCE', flag: null, default: '0s', ...duration('0s', '5m'),
    doc: 'By how much `exp` and `nbf` of a token may be missed, where clocks differ.',
  },
  authCookie: {
    env: 'SLUICE_AUTH_COOKIE', flag: null, default: 'sluice_token',
    schema: text((value) => (/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/.test(value) ? value : null)),
    takes: 'the name of a cookie, or off', doc: 'Cookie in which a browser may bring its token.',
  },
  origins: {
    env: 'SLUICE_ORIGINS', flag: null, default: null, defaultShown: 'only pages of its own origin', schema: text(originList),
    takes: 'origins such as https://shop.example.com, separated by commas; no wildcard, with which any page could use the gateway in the name of whoever visits it',
    doc: 'Origins of the pages that may use the gateway from a browser, besides its own.',
  },
  trustProxy: {
    env: 'SLUICE_TRUST_PROXY', flag: null, default: '0', ...count(0, 10),
    doc: 'How many proxies stand in front: so many addresses of X-Forwarded-For are believed, from its end.',
  },
  logLevel: {
    env: 'LOG_LEVEL', flag: null, default: 'info',
    schema: text((value) => LOG_LEVELS.find((level) => level === value.toLowerCase()) ?? null),
    takes: `one of ${LOG_LEVELS.join(', ')}`, doc: 'The least severe log line to write (JSON lines on stderr).',
  },
  idempotencyWindowMs: {
    env: 'SLUICE_IDEMPOTENCY_WINDOW', flag: null, default: '24h', ...duration('1ms', '365d'),
    doc: 'How long a repeated idempotency key gives the same events.',
  },
  ringEvents: { env: 'SLUICE_RING_EVENTS', flag: null, default: '10000', ...count(1, 10_000_000), doc: 'Recent events kept in memory for live subscribers.' },
  ringBytes: { env: 'SLUICE_RING_BYTES', flag: null, default: '64MB', ...size('1KB', '64GB'), doc: 'Memory for these events; the oldest leave first.' },
  pollIntervalMs: {
    env: 'SLUICE_POLL_INTERVAL', flag: null, default: '20ms', ...duration('1ms', '60s'),
    doc: 'How often the outbox is looked at for events of other services.',
  },
  checkpointIntervalMs: {
    env: 'SLUICE_CHECKPOINT_INTERVAL', flag: null, default: '15s', ...duration('10ms', '15s'),
    doc: 'How often an idle subscription gets a fresh cursor.',
  },
  notify: {
    env: 'SLUICE_NOTIFY', flag: null, default: 'on', schema: text(onOff), takes: 'on or off',
    doc: 'Use LISTEN and NOTIFY; off (behind a pooler) everything works at the speed of polling.',
  },
  poolSize: { env: 'SLUICE_POOL_SIZE', flag: null, default: '10', ...count(2, 1_000), doc: 'Database connections for queries and mutations.' },
  lockTimeoutMs: {
    env: 'SLUICE_LOCK_TIMEOUT', flag: null, default: '5s', ...duration('1ms', '60s'),
    doc: 'How long a mutation waits for a row that another changes; past it the call is OVERLOADED.',
  },
  drainTimeoutMs: {
    env: 'SLUICE_DRAIN_TIMEOUT', flag: null, default: '10s', ...duration('0s', '10m'),
    doc: 'How long a stop waits for requests in flight.',
  },
  partitionSize: {
    env: 'SLUICE_PARTITION_SIZE', flag: null, default: '1000000', ...count(10, 1_000_000_000),
    doc: 'Events in one partition of the log: the step in which old ones are dropped.',
  },
  retentionAgeMs: {
    env: 'SLUICE_RETENTION_AGE', flag: null, default: null, defaultShown: 'off: events are kept for ever', ...duration('1m', '36500d'),
    doc: 'How old events become; partitions whose last event is older are dropped.',
  },
  retentionBytes: {
    env: 'SLUICE_RETENTION_SIZE', flag: null, default: null, defaultShown: 'off: no limit', ...size('1MB', '1000000GB'),
    doc: 'How big the log becomes on disk, with its indexes; past it the oldest partitions are dropped, never the one that is written to.',
  },
  publishQueueEvents: {
    env: 'SLUICE_PUBLISH_QUEUE_EVENTS', flag: null, default: '10000', ...count(1, 10_000_000),
    doc: 'Events that may wait for their commit; past it a publish is OVERLOADED.',
  },
  referenceCacheEntries: {
    env: 'SLUICE_REFERENCE_CACHE_ENTRIES', flag: null, default: '50000', ...count(0, 10_000_000),
    doc: 'Lookups of reference data kept for further events, for as long as @entity(ttl:) says; 0 keeps none.',
  },
  referenceCacheBytes: {
    env: 'SLUICE_REFERENCE_CACHE_BYTES', flag: null, default: '64MB', ...size('1KB', '64GB'),
    doc: 'Memory for them, by estimate; the least recently used leave first.',
  },
  consumers: {
    env: 'SLUICE_CONSUMERS', flag: null, default: 'on', schema: text(onOff), takes: 'on or off',
    doc: 'Run processors and webhooks here; off, other gateways on the same database do.',
  },
  consumerLeaseMs: {
    env: 'SLUICE_CONSUMER_LEASE', flag: null, default: '10s', ...duration('1s', '5m'),
    doc: 'How long a gateway that gives no sign of life keeps its part of the consumers.',
  },
  consumerConnections: { env: 'SLUICE_CONSUMER_CONNECTIONS', flag: null, default: '8', ...count(1, 1_000), doc: 'Database connections through which consumers commit: so many batches are under way at once.' },
  webhookAllow: {
    env: 'SLUICE_WEBHOOK_ALLOW', flag: null, default: null, defaultShown: 'public addresses only', schema: text(allowList),
    takes: 'hosts (hooks.internal), addresses (10.1.2.3) and networks (10.0.0.0/8), separated by commas',
    doc: 'What webhooks may be sent to although it is not a public address, or over plain http.',
  },
  introspection: {
    env: 'SLUICE_INTROSPECTION', flag: null, default: null, defaultShown: 'on; off when NODE_ENV is production', schema: text(onOff), takes: 'on or off',
    doc: 'Whether everybody may ask for the schema: introspection, GraphiQL, "Did you mean" in messages; off, only sluice:admin may introspect.',
  },
  persistedOperations: {
    env: 'SLUICE_PERSISTED_OPERATIONS', flag: null, default: null, defaultShown: 'none',
    schema: text((value) => (isFile(value) ? path.resolve(value) : null)),
    takes: 'an existing file', doc: 'Manifest of operations that clients may name by their SHA-256.',
  },
  persistedOnly: {
    env: 'SLUICE_PERSISTED_ONLY', flag: null, default: 'off', schema: text(onOff), takes: 'on or off',
    doc: 'Execute only the operations of the manifest; others need sluice:admin.',
  },
  maxDocumentCharacters: { env: 'SLUICE_MAX_DOCUMENT_CHARACTERS', flag: null, default: String(DEFAULT_LIMITS.documentCharacters), ...count(1_000, 10_000_000), doc: 'Characters of a GraphQL document.' },
  maxTokens: { env: 'SLUICE_MAX_TOKENS', flag: null, default: String(DEFAULT_LIMITS.tokens), ...count(100, 10_000), doc: 'Tokens of a GraphQL document.' },
  maxDepth: { env: 'SLUICE_MAX_DEPTH', flag: null, default: String(DEFAULT_LIMITS.depth), ...count(1, 100), doc: 'Fields of an operation inside each other.' },
  maxAliases: { env: 'SLUICE_MAX_ALIASES', flag: null, default: String(DEFAULT_LIMITS.aliases), ...count(0, 5_000), doc: 'Aliases of an operation.' },
  maxDirectives: { env: 'SLUICE_MAX_DIRECTIVES', flag: null, default: String(DEFAULT_LIMITS.directives), ...count(0, 5_000), doc: 'Directives of an operation.' },
  maxRootFields: { env: 'SLUICE_MAX_ROOT_FIELDS', flag: null, default: String(DEFAULT_LIMITS.rootFields), ...count(1, 5_000), doc: 'Fields at the root of an operation.' },
  maxCost: { env: 'SLUICE_MAX_COST', flag: null, default: String(DEFAULT_LIMITS.cost), ...count(1, 1_000_000_000), doc: 'Cost of a query or mutation: about the values that it makes, as docs/limits.md counts.' },
  maxEventCost: { env: 'SLUICE_MAX_EVENT_COST', flag: null, default: String(DEFAULT_LIMITS.eventCost), ...count(1, 1_000_000_000), doc: 'Cost of one event of a subscription.' },
  maxBodyBytes: { env: 'SLUICE_MAX_BODY', flag: null, default: '8MB', ...size('1KB', '64MB'), doc: 'Size of an HTTP request body.' },
  maxConnectionsPerAddress: {
    env: 'SLUICE_MAX_CONNECTIONS_PER_ADDRESS', flag: null, default: String(DEFAULT_WIRE_LIMITS.connectionsPerAddress), ...count(1, 10_000_000),
    doc: 'WebSockets, event streams and requests under way of one address.',
  },
  maxConnectionsPerPrincipal: {
    env: 'SLUICE_MAX_CONNECTIONS_PER_PRINCIPAL', flag: null, default: String(DEFAULT_WIRE_LIMITS.connectionsPerPrincipal), ...count(1, 10_000_000),
    doc: 'The same of one principal, where authentication is on.',
  },
  maxOperationsPerSocket: { env: 'SLUICE_MAX_OPERATIONS_PER_SOCKET', flag: null, default: String(DEFAULT_WIRE_LIMITS.operationsPerSocket), ...count(1, 100_000), doc: 'Operations under way on one WebSocket, subscriptions among them.' },
  maxMessageBytes: { env: 'SLUICE_MAX_MESSAGE', flag: null, default: '8MB', ...size('1KB', '64MB'), doc: 'Size of one WebSocket message, all fragments together.' },
  initTimeoutMs: { env: 'SLUICE_INIT_TIMEOUT', flag: null, default: '10s', ...duration('100ms', '60s'), doc: 'How long a WebSocket has to say connection_init, and how long it may take to verify who asks.' },
  maxOperationsPerSecond: {
    env: 'SLUICE_MAX_OPERATIONS_PER_SECOND', flag: null, default: String(DEFAULT_LIMITS.operationsPerSecond), ...count(1, 1_000_000),
    doc: 'Operations that a principal may begin in a second on this gateway, where authentication is on; without a credential, an address.',
  },
  maxPublishedPerSecond: {
    env: 'SLUICE_MAX_PUBLISHED_PER_SECOND', flag: null, default: String(DEFAULT_LIMITS.publishedPerSecond), ...count(MAX_CALL_EVENTS, 10_000_000),
    doc: 'Events that a principal may publish in a second on this gateway, where authentication is on.',
  },
  maxCatchUpReads: { env: 'SLUICE_MAX_CATCH_UP_READS', flag: null, default: String(DEFAULT_LIMITS.catchUpReads), ...count(1, 100), doc: 'Reads of the log at once, each on a database connection; the others wait in line.' },
  maxCatchUpReadsPerPrincipal: {
    env: 'SLUICE_MAX_CATCH_UP_READS_PER_PRINCIPAL', flag: null, default: String(DEFAULT_LIMITS.catchUpReadsPerPrincipal), ...count(1, 100),
    doc: 'Of these, for one principal, where authentication is on.',
  },
} as const satisfies Readonly<Record<string, Option<unknown>>>;

function onOff(value: string): boolean | null {
  return value === 'on' ? true : value === 'off' ? false : null;
}
