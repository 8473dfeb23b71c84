import { beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, OPEN } from '../../../src/auth/principal.js';
import { caller } from '../../support/caller.js';
import { createWorld, type World } from './decide.js';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const reader = caller({ scope: 'letters:read' });
const all = caller({ scope: 'sluice:admin' });
const TOPIC = 'FORBIDDEN "LetterEvent" needs the scope "letters:read".';
const TEXT = 'FORBIDDEN "LetterSent.text" needs the scopes "letters:text", or "censor" and "night".';
const SEIZED = 'FORBIDDEN "LetterSeized" needs the scope "police".';

describe('a rule that the operation reaches', () => {
  test.each([
    ['a field', '{ censored }', ['FORBIDDEN "Query.censored" needs the scope "censor".']],
    ['under an alias', '{ a: censored }', ['FORBIDDEN "Query.censored" needs the scope "censor".']],
    ['a topic, by its history', '{ letterEvents { edges { cursor } } }', [TOPIC]],
    ['a topic, by `head` alone', '{ letterEvents { head } }', [TOPIC]],
    ['a topic, by `pageInfo` alone', '{ letterEvents { pageInfo { hasNextPage } } }', [TOPIC]],
    ['a topic, by `__typename` alone', '{ letterEvents { __typename } }', [TOPIC]],
    ['a topic, by its subscription', 'subscription { letterEvents { cursor } }', [TOPIC]],
    ['a topic and a field', '{ letterEvents { edges { node { ... on LetterSent { text } } } } }', [TOPIC, TEXT]],
    // Seen to fail with fragment spreads that are passed over.
    ['through fragments', '{ ...A } fragment A on Query { ...B } fragment B on Query { letterEvents { edges { node { ...C } } } } fragment C on LetterSent { text }', [TOPIC, TEXT]],
    ['a mutation that is derived', 'mutation { publishLetterSent(input: { letterId: "1", owner: "ann" }) { cursor } }', ['FORBIDDEN "Mutation.publishLetterSent" needs the scope "letters:publish".']],
    ['one of several that are published', 'mutation { publish(events: [{ boxMoved: { boxId: "1" } }, { letterSent: { letterId: "1", owner: "ann" } }, { letterSent: { letterId: "2", owner: "ann" } }]) { cursor } }', ['FORBIDDEN "Mutation.publishLetterSent" needs the scope "letters:publish".']],
    ['erasing', 'mutation { eraseKey(topic: LetterEvent, key: "1") { cursor } }', ['FORBIDDEN "Mutation.eraseKey" needs the scope "sluice:admin".']],
    ['back at the root', 'mutation { putUp(id: "1") { query { censored } } }', ['FORBIDDEN "Mutation.putUp" needs the scope "boxes:all".', 'FORBIDDEN "Query.censored" needs the scope "censor".']],
    ['an interface, by all that implement it', '{ stamped { __typename } }', [TOPIC, SEIZED]],
  ])('%s', (_what, text, expected) => {
    expect(world.refusals(text, caller())).toEqual(expected);
    expect(world.refusals(text, all)).toEqual([]);
    expect(world.refusals(text, OPEN)).toEqual([]);
    expect(world.refusals(text, ANONYMOUS)).toEqual(expected.map((each) => each.replace('FORBIDDEN', 'UNAUTHENTICATED').replace(/\.$/, ': send a token or an API key.')));
  });

  test('a field of an interface is asked of all that implement it', () => {
    expect(world.refusals('{ stamped { stamp } }', caller())).toEqual([TOPIC, SEIZED, 'FORBIDDEN "LetterSeized.stamp" needs the scope "stamps".']);
    expect(world.refusals('{ stamped { ... on LetterSent { stamp } } }', caller())).toEqual([TOPIC, SEIZED]);
  });

  test('says where', () => {
    const [error] = world.decide('{\n  known\n  ...F\n}\nfragment F on Query { b: censored }', caller()).errors;
    expect(error?.locations).toEqual([{ line: 5, column: 23 }]);
  });

  test('is said once, however often it is reached', () => {
    expect(world.refusals('{ a: censored b: censored }', caller())).toHaveLength(1);
  });

  test('@authenticated asks for anybody who is known', () => {
    expect(world.refusals('{ known }', ANONYMOUS)).toEqual(['UNAUTHENTICATED "Query.known" is only for callers whose identity is known: send a token or an API key.']);
    expect(world.refusals('{ known }', caller())).toEqual([]);
  });

  test('a value is reached by the field that has it', () => {
    const text = '{ letterEvents { edges { node { ... on LetterSent { address { __typename } } } } } }';
    expect(world.refusals(text, { ...ANONYMOUS, scopes: new Set(['letters:read']) })).toEqual(['UNAUTHENTICATED "Address" is only for callers whose identity is known: send a token or an API key.']);
  });

  test('one of the alternatives is enough, and all scopes of it', () => {
    const text = '{ letterEvents { edges { node { ... on LetterSent { text } } } } }';
    const ask = (scope: string): string[] => world.refusals(text, caller({ scope: `letters:read ${scope}` }));
    expect([ask('letters:text'), ask('censor night'), ask('night'), ask('censor')]).toEqual([[], [], [TEXT], [TEXT]]);
  });
});

describe('@skip and @include', () => {
  test.each([
    ['{ known censored @skip(if: true) }', {}, 0],
    ['{ known censored @include(if: false) }', {}, 0],
    ['{ known censored @include(if: true) @skip(if: false) }', {}, 1],
    ['query($a: Boolean!) { known censored @include(if: $a) }', { a: false }, 0],
    ['query($a: Boolean!) { known censored @include(if: $a) }', { a: true }, 1],
    ['query($a: Boolean = true) { known censored @skip(if: $a) }', {}, 0],
    ['query($a: Boolean = true) { known ... on Query @skip(if: $a) { censored } }', { a: false }, 1],
    ['query($a: Boolean!) { known ...F @include(if: $a) } fragment F on Query { censored }', { a: true }, 1],
  ])('%s %j', (text, variables, refused) => {
    expect(world.refusals(text, caller(), variables)).toHaveLength(refused);
  });

  test('one document is decided for each value', () => {
    const text = 'query($a: Boolean!) { known censored @include(if: $a) }';
    expect([true, false, true].map((a) => world.refusals(text, caller(), { a }).length)).toEqual([1, 0, 1]);
  });
});

describe('members of a topic', () => {
  test('that the caller may not read are skipped, and its fields are not asked about', () => {
    expect(world.refusals('{ letterEvents { edges { node { __typename ... on Event { meta { id } } ... on Stamped { stamp } } } } }', reader)).toEqual([]);
  });

  test('are refused when a fragment names them', () => {
    expect(world.refusals('{ letterEvents { edges { node { ... on LetterSeized { letterId } } } } }', reader)).toEqual([SEIZED]);
    expect(world.refusals('{ events { edges { node { ... on LetterSeized { letterId } } } } }', reader)).toEqual([SEIZED]);
  });

  test('are refused when the filter names them, in the document or in variables', () => {
    expect(world.refusals('{ letterEvents(where: { type: [LetterSent, LetterSeized] }) { head } }', reader)).toEqual([SEIZED]);
    expect(world.refusals('query($w: EventFilter) { events(where: $w) { head } }', reader, { w: { type: ['LetterSeized'] } })).toEqual([SEIZED]);
    expect(world.refusals('query($w: LetterEventFilter) { letterEvents(where: $w) { head } }', reader, { w: { type: ['LetterSent'] } })).toEqual([]);
  });

  test('a field that is read is asked of members that implement its interface and are read', () => {
    const text = '{ letterEvents { edges { node { ... on Stamped { stamp } } } } }';
    expect(world.refusals(text, caller({ scope: 'letters:read police' }))).toEqual(['FORBIDDEN "LetterSeized.stamp" needs the scope "stamps".']);
    expect(world.refusals(text, caller({ scope: 'letters:read police stamps' }))).toEqual([]);
  });

  test('a filter by a field that the caller may not read is refused: it would tell what stands there', () => {
    expect(world.refusals('{ letterEvents(where: { text: ["help"] }) { head } }', reader)).toEqual([TEXT]);
    expect(world.refusals('query($w: LetterEventFilter) { letterEvents(where: $w) { head } }', reader, { w: { text: [] } })).toEqual([TEXT]);
    expect(world.refusals('{ letterEvents(where: { owner: ["ann"], text: null }) { head } }', reader)).toEqual([]);
  });
});

describe('events across topics', () => {
  test('a topic that is named and not allowed is refused', () => {
    expect(world.refusals('{ events(topics: [BoxEvent, LetterEvent]) { head } }', caller())).toEqual([TOPIC]);
    expect(world.refusals('subscription($t: [Topic!]) { events(topics: $t) { cursor } }', caller(), { t: ['LetterEvent'] })).toEqual([TOPIC]);
  });

  test('by default those that are not allowed are left out', () => {
    expect(world.refusals('{ events { head } }', caller())).toEqual([]);
    expect(world.refusals('query($t: [Topic!]) { events(topics: $t) { head } }', caller(), { t: null })).toEqual([]);
  });

  test('none left is refused', async () => {
    const closed = await createWorld({ folder: 'test/fixtures/closed' });
    expect(closed.refusals('{ events { head } }', caller())).toEqual(['FORBIDDEN "OneEvent" needs the scope "one".', 'FORBIDDEN "Two" needs the scope "two".']);
    expect(closed.refusals('{ twoEvents { head } }', caller())).toEqual(['FORBIDDEN "Two" needs the scope "two".']);
    expect(closed.refusals('{ events { head } }', caller({ scope: 'two' }))).toEqual([]);
  });
});

test('introspection and what cannot be executed are not refused here', () => {
  expect(world.refusals('{ __schema { types { name } } __type(name: "LetterSeized") { fields { name } } __typename }', ANONYMOUS)).toEqual([]);
  expect(world.refusals('query($a: Boolean!) { censored @include(if: $a) }', caller(), { a: 'no Boolean' })).toEqual([]);
});

test('a fragment is asked about anew for each set of types that it is spread in', () => {
  // Seen to fail with fragments that are visited once: first where it reaches nothing, then where it reaches a rule.
  const text = `{ boxEvents { edges { node { ...E } } } letterEvents { edges { node { ...E } } } } fragment E on Event { ... on Stamped { stamp } }`;
  expect(world.refusals(text, { ...ANONYMOUS, scopes: new Set(['letters:read']) })).toEqual(['UNAUTHENTICATED "LetterOpened.stamp" is only for callers whose identity is known: send a token or an API key.']);
});

test('fragments cost what they are long, not what they unfold to', () => {
  // 2^200 paths lead to the last one; a walk that does not remember where it was never comes back.
  const fragments = Array.from({ length: 200 }, (_, index) => `fragment F${index} on Query { ...F${index + 1} ... on Query { ...F${index + 1} } }`).join('\n');
  const errors = world.refusals(`{ ...F0 }\n${fragments}\nfragment F200 on Query { censored }`, caller());
  expect(errors).toEqual(['FORBIDDEN "Query.censored" needs the scope "censor".']);
});
