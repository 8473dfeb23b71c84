import type { Caller } from './caller.js';
import type { SalesChannel } from './sales-channel.js';

/** The webhook's name. */
const NAME = 'inventory-sync';
/** Webhooks that are looked through for it at a time. */
const PAGE = 100;

interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly secret: string | null;
}

/**
 * Has every change of stock sent to a sales channel: creates the webhook, or, when an earlier play has, gives it the
 * channel's address and a new secret, so that it goes on where it stopped. False when the gateway refuses (the log says why) or
 * the play is over.
 */
export async function syncInventory(caller: Pick<Caller, 'send'>, channel: SalesChannel): Promise<boolean> {
  const known = await find(caller);
  if (known === 'refused') return false;
  const secret = known === null ? await create(caller, channel.url) : await renew(caller, known.id, channel.url);
  if (secret === null) return false;
  channel.trust(secret);
  return true;
}

async function find(caller: Pick<Caller, 'send'>): Promise<Webhook | null | 'refused'> {
  for (let after: string | null = null; ;) {
    const data = await caller.send({ query: 'query Demo($first: Int!, $after: ID) { webhooks(first: $first, after: $after) { id name } }', variables: { first: PAGE, after } });
    if (data === null) return 'refused';
    const page = data['webhooks'] as readonly Webhook[];
    const found = page.find(({ name }) => name === NAME);
    if (found !== undefined) return found;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return null;
    after = last.id;
  }
}

async function create(caller: Pick<Caller, 'send'>, url: string): Promise<string | null> {
  const input = { name: NAME, url, topics: ['InventoryEvent'], from: 'BEGINNING' };
  return secretOf(await caller.send({ query: 'mutation Demo($input: CreateWebhookInput!) { result: createWebhook(input: $input) { id name secret } }', variables: { input } }));
}

/** What earlier secrets have signed already is refused and sent again. */
async function renew(caller: Pick<Caller, 'send'>, id: string, url: string): Promise<string | null> {
  const query = `mutation Demo($id: ID!, $url: String!) {
    updateWebhook(id: $id, input: { url: $url }) { id }
    result: rotateWebhookSecret(id: $id, overlapSeconds: 0) { id name secret }
    resumeWebhook(id: $id) { id }
  }`;
  return secretOf(await caller.send({ query, variables: { id, url } }));
}

function secretOf(data: Readonly<Record<string, unknown>> | null): string | null {
  return (data?.['result'] as Webhook | undefined)?.secret ?? null;
}
