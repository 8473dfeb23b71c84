import { EventSource } from 'eventsource';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventStream, streamTicket, TokenRejectedError, type EventStream, type EventStreamOptions } from '../../src/client/index.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { SECRET, token } from '../support/tokens.js';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait.js';

/** Tickets of a real gateway, for an EventSource that can send no header. */
interface Notes {
  readonly noteEvents: { readonly node: { readonly __typename: 'Noted'; readonly noteId: string } };
}
const DOCUMENT = 'subscription($after: Cursor) { noteEvents(from: BEGINNING, after: $after) { node { __typename ... on Noted { noteId } } } }';

let gateways: TestGateways;
let url: string;
let proxy: TcpProxy;
let admin: string;
let stream: EventStream | undefined;
beforeAll(async () => {
  gateways = await createGateways();
  const gateway = await gateways.start({ auth: { jwt: { secret: SECRET } } });
  url = gateway.url;
  proxy = await createTcpProxy({ targetPort: gateway.port });
  admin = await token({ sub: 'ops', scope: 'sluice:admin' });
});
afterAll(async () => {
  stream?.close();
  await proxy.close();
  await gateways.close();
});

async function publish(noteId: string): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json', 'authorization': `Bearer ${admin}` },
    body: JSON.stringify({ query: 'mutation($input: NotedInput!) { publishNoted(input: $input) { cursor } }', variables: { input: { noteId } } }),
  });
  expect(await response.json()).toMatchObject({ data: { publishNoted: {} } });
}

function follow(options: Partial<EventStreamOptions<Notes, Record<string, unknown>>>) {
  const opened: string[] = [];
  const told = { notes: [] as (string | undefined)[], end: undefined as unknown, troubles: [] as unknown[], opened };
  class Source extends EventSource {
    constructor(address: string, init?: { readonly withCredentials?: boolean }) {
      super(address, init);
      opened.push(new URL(address).searchParams.get('ticket') ?? '');
    }
  }
  stream?.close();
  stream = createEventStream<Notes>({
    url: `http://127.0.0.1:${proxy.port}/graphql`, EventSource: Source, document: DOCUMENT,
    next: ({ event }) => told.notes.push(event?.noteId),
    error: (reason) => (told.end = reason),
    onTrouble: (reason) => told.troubles.push(reason),
    ...options,
  });
  return told;
}

describe('an event stream with tickets', () => {
  it('G5: opens with one, and goes on with another behind the last event after a cut', async () => {
    const told = follow({ ticket: streamTicket({ url: `${url}/graphql`, token: () => token({ sub: 'ada' }) }) });
    await publish('first');
    await waitFor(() => told.notes.includes('first'));
    proxy.cutAll();
    await publish('second');
    await waitFor(() => told.notes.includes('second'));
    expect(told.notes).toEqual(['first', 'second']);
    expect(told.opened).toHaveLength(2);
    expect(new Set(told.opened).size).toBe(2);
    expect(told.opened).not.toContain('');
    const said = told.troubles.map(String).join();
    for (const ticket of told.opened) expect(said).not.toContain(ticket);
  }, 60_000);

  it('G5: a ticket that was used up (401) is replaced, behind the last event', async () => {
    const fetchTicket = streamTicket({ url: `${url}/graphql`, token: () => token({ sub: 'ada' }) });
    let used: string | null = null;
    const told = follow({ ticket: async () => (used !== null && told.opened.length === 1 ? used : (used = await fetchTicket())) });
    await waitFor(() => told.notes.length >= 2);
    proxy.cutAll();
    await publish('third');
    await waitFor(() => told.notes.includes('third'));
    expect(told.opened).toHaveLength(3);
    expect(told.opened[1]).toBe(told.opened[0]);
    expect(new Set(told.notes).size).toBe(told.notes.length);
  }, 60_000);

  it('a token that is not taken ends it', async () => {
    const told = follow({ ticket: streamTicket({ url: `${url}/graphql`, token: await token({ sub: 'ada' }, { expiresIn: Math.floor(Date.now() / 1_000) - 60 }) }) });
    await waitFor(() => told.end);
    expect(told.end).toBeInstanceOf(TokenRejectedError);
    expect(told.end).toMatchObject({ code: 4403, reason: 'expired' });
    expect(told.opened).toEqual([]);
  });
});
