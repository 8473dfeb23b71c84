import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql, type ExecutionResult } from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import { deriveSchema } from '../../../src/graphql/derive/derive.js';
import { loadSources } from '../../../src/graphql/derive/sources.js';
import { SCALARS } from '../../../src/graphql/scalars.js';

let publish: (event: string) => Promise<ExecutionResult>;
const received: unknown[] = [];

beforeAll(async () => {
  const { typeDefs } = deriveSchema(await loadSources('schema/commerce'));
  const resolvers = {
    ...SCALARS,
    Mutation: {
      publish: (_parent: unknown, args: { events: unknown[] }) => {
        received.push(...args.events);
        return [];
      },
    },
  };
  const schema = makeExecutableSchema({ typeDefs, resolvers });
  publish = (event) => graphql({ schema, source: `mutation { publish(events: [${event}]) { eventId } }` });
});

test('one event in a PublishInput reaches the resolver, coerced', async () => {
  const event = '{ subscriptionRenewed: { subscriptionId: 7, customerId: "c", price: { amount: 100, currency: "EUR" }, renewsAt: "2026-03-01T09:30:00+01:00" } }';
  expect(await publish(event)).toEqual({ data: { publish: [] } });
  expect(received).toEqual([
    { subscriptionRenewed: { subscriptionId: '7', customerId: 'c', price: { amount: 100, currency: 'EUR' }, renewsAt: new Date('2026-03-01T08:30:00Z') } },
  ]);
});

test.each([
  ['none', '{}'],
  ['two', '{ formSubmitted: { formId: "f", page: "/", answers: {} }, stockDepleted: { sku: "s" } }'],
  ['null', '{ stockDepleted: null }'],
])('%s in a PublishInput is refused', async (_what, event) => {
  const { errors } = await publish(event);
  expect(errors?.[0]?.message).toMatch(/OneOf|exactly one|must be non-null/i);
});
