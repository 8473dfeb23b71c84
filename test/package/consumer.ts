/** A program as the types of the package must take it. It is compiled in a project that has only the tarball. */
export const CONSUMER_TS = `
import { startGateway, SluiceError, type Gateway, type Application } from 'sluice';
import { createEventStore, createEventStreamClient, createResumableClient, iterate, match, type EventDocument, type StoreSnapshot } from 'sluice/client';

interface Result {
  noteEvents: { cursor: string; node: { __typename: 'Noted'; text: string } | { __typename: 'Erased'; at: string } | null };
}
declare const document: EventDocument<Result, { key?: string }>;
declare const application: Application;

export async function use(): Promise<Gateway> {
  const client = createResumableClient({ url: 'ws://localhost/graphql' });
  for await (const { cursor, event } of iterate(client, document, { key: 'a' })) {
    const text: string = event === null ? cursor : match(event, { Noted: ({ text }) => text, Erased: ({ at }) => at });
    // @ts-expect-error a type without its case
    if (event !== null) match(event, { Noted: () => text });
  }
  // @ts-expect-error a variable that the document does not have
  iterate(client, document, { nonsense: 1 });
  const store = createEventStore({ client: createEventStreamClient({ url: '/graphql' }), document, initial: [] as string[], apply: (all, event) => [...all, event.__typename] });
  const snapshot: StoreSnapshot<string[]> = store.getSnapshot();
  if (snapshot.error instanceof SluiceError) throw snapshot.error;
  return startGateway({ databaseUrl: 'postgres://localhost/db', application, log: undefined as never, auth: 'none', port: 0 });
}
`;

/** Takes the URL of a gateway with the example shop: publishes through HTTP, follows with the client. */
export const CONSUMER_JS = `
import WebSocket from 'ws';
import * as server from 'sluice';
import { createEventStore, createResumableClient, iterate } from 'sluice/client';

const [, , url] = process.argv;
for (const name of ['startGateway', 'startEmbedded', 'createLogger', 'SluiceError']) if (typeof server[name] !== 'function') throw new Error(name + ' is not exported');

const document = 'subscription($after: Cursor) { leadEvents(after: $after) { node { __typename ... on FormSubmitted { page } } } }';
const client = createResumableClient({ url: url.replace('http', 'ws') + '/graphql', webSocketImpl: WebSocket });
const store = createEventStore({ client, document, initial: [], apply: (pages, event) => [...pages, event.page] });
const live = new Promise((resolve, reject) => {
  store.subscribe(() => {
    const { status, error } = store.getSnapshot();
    if (status === 'live') resolve();
    if (status === 'failed') reject(error);
  });
});
await live;
const events = iterate(client, document);
await new Promise((resolve) => setTimeout(resolve, 0));
const publish = async (page) => {
  const response = await fetch(url + '/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({
    query: 'mutation($page: String!) { publishFormSubmitted(input: { formId: "contact", page: $page, answers: {} }) { cursor } }', variables: { page } }) });
  return (await response.json()).data.publishFormSubmitted.cursor;
};
const cursor = await publish('/packed');
while (!store.getSnapshot().state.includes('/packed')) await new Promise((resolve) => setTimeout(resolve, 10));
if (store.getSnapshot().cursor !== cursor) throw new Error('the store stands at another cursor than the receipt');
await events.return();
store.close();
await client.dispose();
console.log('published and followed: /packed at ' + cursor);
`;
