/**
 * What limits cost: CPU to refuse documents that are bombs, beside what GraphQL would spend on them; CPU of the dearest documents that
 * pass; and what ordinary operations pay. In this process, without a network or a database.
 * `npm run bench:limits -- [--rounds 200] [--save]`
 */
import path from 'node:path';
import { buildASTSchema, getIntrospectionQuery, GraphQLError, parse, validate } from 'graphql';
import { OPEN, ANONYMOUS, type Principal } from '../src/auth/principal.js';
import { deriveSchema } from '../src/graphql/derive/derive.js';
import { loadSources } from '../src/graphql/derive/sources.js';
import { Admission } from '../src/graphql/limits/admission.js';
import { DEFAULT_LIMITS } from '../src/graphql/limits/limits.js';
import { Rates } from '../src/graphql/limits/rates.js';
import { createLogger } from '../src/observe/log.js';
import { describeInterference, describeMachine } from './support/environment.js';
import { ms, Report, whole } from './support/report.js';
import { readSettings } from './support/settings.js';
import { Samples } from './support/statistics.js';

const settings = readSettings({ rounds: 200 });
const report = new Report('limits', 'Limits: what they cost, and what bombs cost');

const { typeDefs, model } = deriveSchema(await loadSources(path.resolve(import.meta.dirname, '../schema/commerce')));
const schema = buildASTSchema(typeDefs);
const admission = new Admission({
  limits: DEFAULT_LIMITS, schema, model, log: createLogger('silent'), onRefused: () => undefined, introspection: true, persisted: null, persistedOnly: false,
  // Counted, never refused: what is measured is the counting.
  rates: new Rates({ operationsPerSecond: Number.MAX_SAFE_INTEGER, publishedPerSecond: Number.MAX_SAFE_INTEGER }),
});
const KNOWN: Principal = { ...ANONYMOUS, kind: 'token', name: 'bench' };

const times = (count: number, make: (index: number) => string): string => Array.from({ length: count }, (_, index) => make(index)).join(' ');
const events = (inner: string): string => `orderEvents(first: 1) { edges { node { ${inner} } } }`;
const nested = (levels: number, open: string, inner: string): string => `${times(levels, () => `${open} {`)} ${inner} ${'}'.repeat(levels)}`;

const BOMBS: Readonly<Record<string, string>> = {
  '1 MiB of a comment': `{ __typename } # ${'x'.repeat(2 ** 20)}`,
  '100,000 characters in 2,000 tokens': `{ ${times(2_000, () => `a${'x'.repeat(45)}`)} }`,
  'the same field 1,900 times': `{ orderEvents { ${'head '.repeat(1_900)} } }`,
  '640 aliases': `{ orderEvents { ${times(640, (index) => `a${index}: head`)} } }`,
  '600 directives on a field': `{ orderEvents { head ${times(600, () => '@skip(if: false)')} } }`.replaceAll('(if: false)', ''),
  '180 fragments that are compared two by two': `{ orderEvents { ${times(180, (index) => `...f${index}`)} } } ${times(180, (index) => `fragment f${index} on OrderEventConnection { a${index}: head }`)}`,
  '30 fragments that double each other': `{ ...f29 } fragment f0 on Query { a: ${events('... on Event { meta { id } }')} b: orderEvents { head } } ${times(29, (index) => `fragment f${index + 1} on Query { ...f${index} ... on Query { ...f${index} } }`)}`,
  '600 inline fragments inside each other': `{ ${nested(600, '...', '__typename')} }`,
  '600 fields inside each other': `{ ${nested(600, 'order(id: 1)', 'id')} }`,
  'a list nested 900 times': `{ orderEvents(first: ${'['.repeat(900)}1${']'.repeat(900)}) { head } }`,
  'pages inside pages': `{ ${times(50, (index) => `a${index}: orderEvents(first: 1000) { edges { node { ... on OrderPlaced { lines { product { name } } } } } }`)} }`,
  'a list of fragments that spread each other': `{ ...f99 } ${times(100, (index) => `fragment f${index} on Query { __typename ...f${(index + 1) % 100} }`)}`,
};

const DEAR: Readonly<Record<string, string>> = {
  'introspection of GraphiQL': getIntrospectionQuery(),
  '20 times the same in 20 places': `{ ${times(20, () => `orderEvents { ${'head '.repeat(20)} edges { ${'cursor '.repeat(20)} } }`)} }`,
  '99 fragments beside each other': `{ orderEvents { ${times(99, (index) => `...f${index}`)} } } ${times(99, (index) => `fragment f${index} on OrderEventConnection { head edges { cursor } }`)}`,
  '99 fragments in a chain': `{ orderEvents { ...f0 } } ${times(99, (index) => `fragment f${index} on OrderEventConnection { head ${index < 98 ? `...f${index + 1}` : ''} }`)}`,
  '8 fragments that double each other': `{ orderEvents { ...f8 } } fragment f0 on OrderEventConnection { head edges { cursor } } ${times(8, (index) => `fragment f${index + 1} on OrderEventConnection { head ...f${index} ... on OrderEventConnection { ...f${index} } }`)}`,
  '1,900 tokens of a literal': `{ orderEvents(where: { key: [${times(900, (index) => `"${index}"`)}] }) { head } }`,
};

const ORDINARY: Readonly<Record<string, { readonly query: string; readonly variables: Readonly<Record<string, unknown>> }>> = {
  'a publish': { query: 'mutation($input: OrderPaidInput!) { publishOrderPaid(input: $input) { eventId cursor } }', variables: { input: { orderId: 'order-7', paymentId: 'p', amount: { amount: 100, currency: 'EUR' } } } },
  'a page of history': { query: `query($first: Int) { orderEvents(first: $first) { edges { cursor node { ... on OrderPlaced { orderId customerId total { amount currency } customer { name } lines { sku quantity } } ... on OrderShipped { orderId } ... on Event { meta { id position } } } } pageInfo { hasNextPage endCursor } head } }`, variables: { first: 100 } },
  'a subscription': { query: 'subscription($after: Cursor) { orderEvents(after: $after) { cursor node { ... on OrderPlaced { orderId total { amount currency } } ... on Event { meta { id } } } } }', variables: { after: 'x' } },
};

/** CPU milliseconds of this process; `work` may fail. */
async function cpu(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function refusalOf(text: string): string | null {
  try {
    admission.check(admission.parse(text), {}, OPEN);
    return null;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return error.message;
  }
}

async function sample(work: () => unknown, rounds = settings.rounds): Promise<Samples> {
  const samples = new Samples();
  for (let round = 0; round < rounds; round += 1) samples.add(await cpu(work));
  return samples;
}

report.text(describeMachine());
report.text(`Before the run ${await describeInterference()}.`);
report.text(`${whole(settings.rounds)} rounds of each, of which the first are slower, since Node has not compiled them; the schema is the example shop's. CPU milliseconds of the process, as the kernel counts them. \`validate\` is what GraphQL's rules take without limits: those of the limits come before.`);

report.heading('Bombs: refused before GraphQL looks at them');
let slowest = 0;
const bombs: string[][] = [];
for (const [name, text] of Object.entries(BOMBS)) {
  const message = refusalOf(text);
  if (message === null) throw new Error(`${name} was not refused`);
  const refused = await sample(() => refusalOf(text));
  const without = await sample(() => {
    try {
      validate(schema, parse(text));
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
    }
  }, Math.min(settings.rounds, 20));
  slowest = Math.max(slowest, refused.percentile(0.99));
  bombs.push([name, `${message.split(/[;.]/, 1)[0] ?? ''}`, whole(text.length), ms(refused.percentile(0.5)), ms(refused.percentile(0.99)), ms(without.percentile(0.5))]);
}
report.table(['bomb', 'refused since', 'characters', 'p50 ms', 'p99 ms', 'parse and validate p50 ms'], bombs, 2);

report.heading('The dearest that pass');
let dearest = 0;
const dear: string[][] = [];
for (const [name, text] of Object.entries(DEAR)) {
  const message = refusalOf(text);
  if (message !== null) throw new Error(`${name} was refused: ${message}`);
  const checked = await sample(() => refusalOf(text));
  const problems = validate(schema, parse(text));
  if (problems.length > 0) throw new Error(`${name}: ${problems[0]?.message}`);
  const validated = await sample(() => validate(schema, parse(text)), Math.min(settings.rounds, 50));
  dearest = Math.max(dearest, validated.percentile(0.5));
  dear.push([name, ms(checked.percentile(0.5)), ms(validated.percentile(0.5)), ms(validated.percentile(0.99))]);
}
report.table(['document', 'parse and limits p50 ms', 'parse and validate p50 ms', 'p99 ms'], dear);

report.heading('Ordinary operations');
report.text('Microseconds of each of 20,000: rate, nesting and cost of an operation whose document is kept parsed, as that of almost every operation is.');
let ordinary = 0;
const plain: string[][] = [];
for (const [name, asked] of Object.entries(ORDINARY)) {
  const document = admission.parse(asked.query);
  const problems = validate(schema, document);
  if (problems.length > 0) throw new Error(`${name}: ${problems[0]?.message}`);
  const pass = async (): Promise<void> => {
    for (let count = 0; count < 20_000; count += 1) admission.check(document, await admission.begin(asked, KNOWN, '::1'), KNOWN);
  };
  await pass();
  const micros = (await cpu(pass)) / 20;
  ordinary = Math.max(ordinary, micros);
  plain.push([name, micros.toFixed(1)]);
}
report.table(['operation', 'µs'], plain);

report.heading('Wanted');
report.wanted([
  { what: 'CPU to refuse any of the bombs, p99', wanted: '≤ 10 ms', got: `${ms(slowest)} ms`, met: slowest <= 10 },
  { what: 'CPU of any document that passes, p50', wanted: '≤ 50 ms', got: `${ms(dearest)} ms`, met: dearest <= 50 },
  { what: 'CPU of the limits for an ordinary operation', wanted: '≤ 50 µs', got: `${ordinary.toFixed(1)} µs`, met: ordinary <= 50 },
]);
report.text(`After the run ${await describeInterference()}.`);
if (settings.save) report.save();
