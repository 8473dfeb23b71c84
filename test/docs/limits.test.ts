import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { OPTIONS } from '../../src/cli/options.js';
import { MAX_CALL_BYTES, MAX_CALL_EVENTS, MAX_DEPTH, MAX_KEY_LENGTH, MAX_PAYLOAD_BYTES } from '../../src/event/limits.js';
import { MAX_WAITING, TIMES } from '../../src/db/application.js';
import { LIST_ITEMS } from '../../src/graphql/limits/cost.js';
import { DEFAULT_LIMITS, KEPT_DOCUMENT_BYTES, MAX_DEFINITIONS, MAX_FIELDS, MAX_KEPT_BYTES, MAX_NESTING, MAX_REPEATS, type Limits } from '../../src/graphql/limits/limits.js';
import { MAX_COUNTED } from '../../src/graphql/limits/rates.js';
import { MAX_FILTER_VALUES } from '../../src/stream/filter.js';
import { DEFAULT_PAGE, MAX_PAGE, OPERATION_CHARACTERS, PAGE_CHARACTERS, PAGE_SCAN } from '../../src/stream/history.js';
import { MAX_LINE } from '../../src/stream/log-reader.js';
import { LAST_SCAN, MAX_LAST } from '../../src/stream/start.js';
import { RING_TAKE } from '../../src/stream/stream.js';
import { PAGE_EVENTS } from '../../src/log/read.js';
import { STALLED_AFTER } from '../../src/wire/http.js';
import { INIT_BYTES } from '../../src/wire/init.js';
import { MAX_CURSORS } from '../../src/wire/operations.js';
import { SEND_AHEAD } from '../../src/wire/send.js';
import { WIRE_LIMITS, type WireLimits } from '../../src/wire/limits.js';
import { MAX_PONG, MAX_UNREAD } from '../../src/wire/websocket.js';

const FILE = path.resolve(import.meta.dirname, '../../docs/limits.md');

/** A limit as the page lists it. A default is a number with its unit, or of a setting, which has it. */
interface Row {
  readonly limit: string;
  readonly setting?: keyof typeof OPTIONS;
  readonly default?: string;
  readonly unit?: string;
  readonly past: string;
  readonly code: string;
}

const whole = (value: number): string => value.toLocaleString('en-US');
const bytes = (value: number): string => (value % 2 ** 20 === 0 ? `${value / 2 ** 20} MiB` : `${value / 2 ** 10} KiB`);
const seconds = (value: number): string => `${value / 1_000} s`;
const BAD = '`BAD_USER_INPUT`';
const REFUSED = 'Refused before anything is executed.';

const DOCUMENTS: readonly Row[] = [
  { limit: 'Size of an HTTP body', setting: 'maxBodyBytes', past: 'Refused as soon as it is longer, also when its length was not said or not true. Several operations in an array are refused in any case.', code: `413, ${BAD}` },
  { limit: 'Characters of a document', setting: 'maxDocumentCharacters', past: REFUSED, code: BAD },
  { limit: 'Tokens of a document', setting: 'maxTokens', past: `${REFUSED} Reading ends at the first too many.`, code: BAD },
  { limit: 'Fields inside each other', setting: 'maxDepth', past: `${REFUSED} What is below \`__schema\` and \`__type\` does not count.`, code: BAD },
  { limit: 'Aliases of an operation', setting: 'maxAliases', past: `${REFUSED} Several events go into one \`publish(events:)\` without any.`, code: BAD },
  { limit: 'Directives of an operation', setting: 'maxDirectives', past: REFUSED, code: BAD },
  { limit: 'Root fields of a query or mutation', setting: 'maxRootFields', past: `${REFUSED} A subscription has one.`, code: BAD },
  { limit: 'Cost of a query or mutation', setting: 'maxCost', past: REFUSED, code: BAD },
  { limit: 'Cost of a subscription, for each event', setting: 'maxEventCost', past: REFUSED, code: BAD },
  { limit: 'Fields of an operation', default: whole(MAX_FIELDS), past: REFUSED, code: BAD },
  { limit: 'Operations and fragments of a document', default: whole(MAX_DEFINITIONS), past: REFUSED, code: BAD },
  { limit: 'The same response name in one selection set', default: whole(MAX_REPEATS), past: REFUSED, code: BAD },
  { limit: 'Nesting of selection sets (inline fragments too), of literals, of `variables` and of `extensions`', default: `${MAX_NESTING} levels`, past: REFUSED, code: BAD },
  { limit: 'Variables of a subscription, and its extensions', default: `${bytes(MAX_KEPT_BYTES)} of JSON each`, past: REFUSED, code: BAD },
  { limit: 'Documents kept parsed', default: bytes(KEPT_DOCUMENT_BYTES), past: 'The least recently used are forgotten, and read again when they come again.', code: 'none' },
];

const RATES: readonly Row[] = [
  { limit: 'Operations of a principal', setting: 'maxOperationsPerSecond', unit: 'a second', past: 'Refused; a whole second\'s worth may come at once. Subscribing is one operation.', code: '`RATE_LIMITED`' },
  { limit: 'Events that a principal publishes', setting: 'maxPublishedPerSecond', unit: 'a second', past: 'The call is refused, nothing of it is stored; in a business mutation its transaction is rolled back.', code: '`RATE_LIMITED`' },
  { limit: 'Principals that are counted one by one', default: `${whole(MAX_COUNTED)} a second`, past: 'Those beyond share one count.', code: '`RATE_LIMITED`' },
  { limit: 'Reads of the log at once', setting: 'maxCatchUpReads', past: 'They wait in line, the principals in turn.', code: 'none' },
  { limit: 'Reads of the log at once, of one principal', setting: 'maxCatchUpReadsPerPrincipal', past: 'They wait in line.', code: 'none' },
  { limit: 'Reads of the log that wait', default: whole(MAX_LINE), past: 'The last of the principal that has most waiting is refused; a subscription is sent away and comes back.', code: '`OVERLOADED`; close 1013, or `retry:`' },
  { limit: 'Transactions and statements of the application at once', setting: 'poolSize', past: 'They wait in line for a connection.', code: 'none' },
  { limit: 'The same, waiting', default: `${whole(MAX_WAITING)}, ${TIMES.turn / 1_000} s each`, past: 'Refused; a mutation stored nothing.', code: '`OVERLOADED`' },
];

const PUBLISHING: readonly Row[] = [
  { limit: 'Events of one publish call', default: whole(MAX_CALL_EVENTS), past: 'Refused, nothing is stored.', code: BAD },
  { limit: 'Payloads of one publish call', default: `${whole(MAX_CALL_BYTES)} characters`, past: 'Refused, nothing is stored.', code: BAD },
  { limit: 'One payload', default: bytes(MAX_PAYLOAD_BYTES), past: 'Refused, nothing is stored; of the outbox, moved to `sluice.outbox_rejected`.', code: BAD },
  { limit: 'Nesting of a payload', default: `${MAX_DEPTH} levels`, past: 'Refused, nothing is stored.', code: BAD },
  { limit: 'Keys, idempotency keys, correlation and causation ids', default: `${MAX_KEY_LENGTH} characters`, past: 'Refused, nothing is stored.', code: BAD },
  { limit: 'Events that wait to be appended', setting: 'publishQueueEvents', past: 'Refused, nothing is stored.', code: '`OVERLOADED`' },
];

const READING: readonly Row[] = [
  { limit: 'A page of history', default: `${whole(DEFAULT_PAGE)}; at most ${whole(MAX_PAGE)}`, past: 'Refused.', code: BAD },
  { limit: 'Events looked through for one page', default: whole(PAGE_SCAN), past: 'The page is short, with `hasNextPage: true` and the cursor to go on from.', code: 'none' },
  { limit: 'Payloads of one page', default: `${whole(PAGE_CHARACTERS)} characters`, past: 'The page is short, with `hasNextPage: true` (for `last`: `hasPreviousPage`) and the cursor to go on from.', code: 'none' },
  { limit: 'Payloads of all pages of one operation', default: `${whole(OPERATION_CHARACTERS)} characters`, past: 'The same; pages that come last are empty. Go on in another operation.', code: 'none' },
  { limit: 'Values of each list in `where`', default: whole(MAX_FILTER_VALUES), past: 'Refused.', code: BAD },
  { limit: '`last` of a subscription', default: whole(MAX_LAST), past: 'Refused.', code: BAD },
  { limit: 'Events looked back through for `last`', default: whole(LAST_SCAN), past: 'What lies further back is not counted: the subscription starts there. Alerts are counted however far back they are.', code: 'none' },
  { limit: 'Events in memory for live subscribers', setting: 'ringEvents', past: 'The oldest leave; who still needs them reads the log.', code: 'none' },
  { limit: 'Memory of these events', setting: 'ringBytes', past: 'The oldest leave.', code: 'none' },
  { limit: 'What is held for one subscription', default: `${RING_TAKE} events of memory, or 3 pages of ${PAGE_EVENTS} events or 4 MiB`, past: 'No more is read before the client has taken it.', code: 'none' },
];

/** How the page names what one peer may take, and its setting or its default. */
const PEERS: Readonly<Record<keyof WireLimits, (value: number) => Pick<Row, 'limit' | 'setting' | 'default'>>> = {
  connectionsPerAddress: () => ({ limit: 'WebSockets, event streams and requests under way, of one address (of IPv6: one /64 network)', setting: 'maxConnectionsPerAddress' }),
  connectionsPerPrincipal: () => ({ limit: 'The same, of one principal', setting: 'maxConnectionsPerPrincipal' }),
  operationsPerSocket: () => ({ limit: 'Operations under way on one WebSocket', setting: 'maxOperationsPerSocket' }),
  initTimeout: () => ({ limit: 'Time to say `connection_init`, and to verify who asks', setting: 'initTimeoutMs' }),
  messageBytes: () => ({ limit: 'One WebSocket message, all fragments together', setting: 'maxMessageBytes' }),
  messageTimeout: (value) => ({ limit: 'Time for a WebSocket message to be complete', default: seconds(value) }),
  headerBytes: (value) => ({ limit: 'Line and headers of an HTTP request', default: bytes(value) }),
};

const CONNECTIONS: readonly Row[] = [
  { limit: 'What waits for a WebSocket before events wait as well', default: bytes(SEND_AHEAD), past: 'Its subscriptions are read at its own pace.', code: 'none' },
  { limit: 'What waits for a WebSocket that sends and does not read', default: bytes(MAX_UNREAD), past: 'It is cut off.', code: 'none: 1006' },
  { limit: 'A response that its client does not read', default: seconds(STALLED_AFTER), past: 'It is cut off.', code: 'none' },
  ...WIRE_LIMITS.map(({ name, default: value, past, code }) => ({ ...PEERS[name](value), past, code })),
  { limit: 'Operations under way on one WebSocket together', default: 'as one message', past: 'The operation is refused, the others go on.', code: '`RATE_LIMITED`' },
  { limit: 'What a WebSocket sends before it is acknowledged', default: bytes(INIT_BYTES), past: 'The WebSocket is closed.', code: 'close 1009' },
  { limit: 'Cursors in `connectionParams`', default: whole(MAX_CURSORS), past: 'More are ignored; so is one of more than 128 characters.', code: 'none' },
  { limit: 'The payload of a ping', default: bytes(MAX_PONG), past: 'The pong has none.', code: 'none' },
];

function table(rows: readonly Row[]): string {
  const line = ({ limit, setting, default: fixed, unit, past, code }: Row): string => {
    const option = setting === undefined ? undefined : OPTIONS[setting];
    const number = option === undefined ? (fixed ?? '') : /^\d+$/.test(option.default ?? '') ? whole(Number(option.default)) : (option.default ?? '');
    return `| ${limit} | ${option === undefined ? '' : `\`${option.env}\``} | ${number}${unit === undefined ? '' : ` ${unit}`} | ${past} | ${code} |\n`;
  };
  return `| limit | setting | default | past it | code |\n| --- | --- | --- | --- | --- |\n${rows.map(line).join('')}`;
}

test('docs/limits.md lists the limits as the code has them', () => {
  // UPDATE_DOCS=1 npx vitest run test/docs/limits.test.ts writes the tables.
  const page = readFileSync(FILE, 'utf8');
  const made = Object.entries({ documents: DOCUMENTS, rates: RATES, publishing: PUBLISHING, reading: READING, connections: CONNECTIONS }).reduce((text, [name, rows]) => {
    const [, before, after] = new RegExp(`^([^]*<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->[^]*)$`).exec(text) ?? [];
    if (before === undefined || after === undefined) throw new Error(`docs/limits.md has no place for ${name}`);
    return before + table(rows) + after;
  }, page);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(FILE, made);
  else expect(page).toBe(made);
});

test('every setting whose name begins with SLUICE_MAX_ has its row', () => {
  const listed = new Set([...DOCUMENTS, ...RATES, ...PUBLISHING, ...READING, ...CONNECTIONS].flatMap(({ setting }) => (setting === undefined ? [] : [OPTIONS[setting].env])));
  const settings = Object.values(OPTIONS).map(({ env }) => env).filter((env) => env?.startsWith('SLUICE_MAX_') === true);
  expect(settings.length).toBeGreaterThanOrEqual(Object.keys(DEFAULT_LIMITS satisfies Limits).length);
  expect(settings.filter((env) => env !== null && !listed.has(env))).toEqual([]);
});

test('what docs/limits.md says of cost is what the code counts', () => {
  expect(readFileSync(FILE, 'utf8')).toContain(`else ${LIST_ITEMS}`);
});
