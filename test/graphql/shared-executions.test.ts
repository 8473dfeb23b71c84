import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { parse, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { executionKey, SharedExecutions } from '../../src/graphql/shared-executions.js';
import { createGateways, domain, publishNotes, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

describe('SharedExecutions', () => {
  it('makes one execution a turn for the same subject and key, and forgets it afterwards', async () => {
    const shared = new SharedExecutions<object, number>();
    const [one, other] = [{}, {}];
    let made = 0;
    const make = (): number => (made += 1);
    expect([shared.get(one, 'a', make), shared.get(one, 'a', make), shared.get(one, 'b', make), shared.get(other, 'a', make)]).toEqual([1, 1, 2, 3]);
    await Promise.resolve();
    expect(shared.get(one, 'a', make)).toBe(1);
    await turn();
    expect(shared.get(one, 'a', make)).toBe(4);
  });

  it('tells apart documents, operations, variables and audiences', () => {
    const args = (document: ExecutionArgs['document'], more: Partial<ExecutionArgs> = {}): ExecutionArgs => ({ schema: {} as GraphQLSchema, document, ...more });
    const [first, second] = [parse('{ a }'), parse('{ b }')];
    const keys = [
      executionKey(args(first), { key: 'one' }), executionKey(args(second), { key: 'one' }), executionKey(args(first), { key: 'two' }),
      executionKey(args(first, { operationName: 'A' }), { key: 'one' }), executionKey(args(first, { variableValues: { v: 1 } }), { key: 'one' }),
      executionKey(args(first, { variableValues: { v: 2 } }), { key: 'one' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    // Seen to fail with the JSON itself as the key: each subscription keeps one.
    expect(executionKey(args(first, { variableValues: { v: 'x'.repeat(60_000) } }), { key: 'one' }).length).toBeLessThan(100);
    expect(executionKey(args(first, { variableValues: { v: 2 } }), { key: 'one' })).toBe(keys.at(-1));
  });
});

const SDL = `
union NoteEvent @topic(key: "noteId") = Noted
type Noted { noteId: ID!  text: String  counted: String @computed }
`;

describe('subscribers that ask the same', () => {
  let gateways: TestGateways;
  let folder: string;
  beforeAll(async () => {
    gateways = await createGateways();
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-shared-'));
    await writeFile(path.join(folder, 'notes.graphql'), SDL);
  });
  afterAll(async () => {
    await gateways.close();
    await rm(folder, { recursive: true });
  });

  it('share the execution of an event, and each gets its own variables\' result', async () => {
    // What is not declared is not kept: seen to fail, with an execution for each, when it is.
    let executed = 0;
    const counted = (): string => `execution ${(executed += 1)}`;
    const gateway = await gateways.start({ application: { ...domain(folder), resolvers: { Noted: { counted } } } });
    const client = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, lazy: false });
    const received: { with: boolean; node: Record<string, unknown> }[] = [];
    const query = 'subscription($with: Boolean!) { noteEvents { node { ... on Noted { noteId counted @include(if: $with) } } } }';
    const stops = Array.from({ length: 20 }, (_, index) => client.subscribe<{ noteEvents: { node: Record<string, unknown> } }>({ query, variables: { with: index % 2 === 0, undeclared: index } }, {
      next: (result) => received.push({ with: index % 2 === 0, node: result.data?.noteEvents.node ?? {} }),
      error: (error) => {
        throw error;
      },
      complete: () => undefined,
    }));
    await waitFor(async () => /sluice_subscriptions\{[^}]*\} 20\n/.test(await gateway.metrics.registry.metrics()), { what: '20 subscriptions' });
    await publishNotes(gateway.url, ['shared']);
    await waitFor(() => received.length === 20, { what: '20 deliveries' });
    expect(received.filter((one) => one.with).map((one) => one.node)).toEqual(Array.from({ length: 10 }, () => ({ noteId: 'shared', counted: 'execution 1' })));
    expect(received.filter((one) => !one.with).map((one) => one.node)).toEqual(Array.from({ length: 10 }, () => ({ noteId: 'shared' })));
    expect(executed).toBe(1);
    for (const stop of stops) stop();
    await client.dispose();
  });
});
