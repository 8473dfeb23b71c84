import { z } from 'zod';
import { CommandError } from '../exit-codes.js';
import type { Endpoint } from '../events/endpoint.js';
import { ask, RefusedError } from '../events/request.js';

const FIELDS = `id name url topics types where selection format order headerNames concurrency status statusReason statusBy statusAt heldUntil failingSince lastError
  lastDeliveredAt problem oldSecretsUntil consumer createdAt createdBy updatedAt`;
const PAGE = 500;

const WEBHOOK = z.looseObject({
  id: z.string(), name: z.string(), url: z.string(), topics: z.array(z.string()), types: z.array(z.string()).nullable(), status: z.string(), statusReason: z.string().nullable(),
  selection: z.string().nullable(), failingSince: z.string().nullable(), lastDeliveredAt: z.string().nullable(), lastError: z.string().nullable(), problem: z.string().nullable(), secret: z.string().nullish(),
});
const TEST = z.object({ delivered: z.boolean(), status: z.number().nullable(), reason: z.string().nullable(), body: z.string().nullable(), sample: z.string().nullable(), ms: z.number() });

/** As the gateway shows it. */
export type ShownWebhook = z.output<typeof WEBHOOK>;
export type ShownTest = z.output<typeof TEST>;

/** One of the mutations that answer a webhook; `declare` and `pass` its arguments. Errors: as `ask`. */
export async function change(endpoint: Endpoint, field: string, [declare, pass]: readonly [declare: string, pass: string], variables: object, secret = false): Promise<ShownWebhook> {
  return WEBHOOK.parse(await one(endpoint, `mutation(${declare}) { result: ${field}(${pass}) { ${FIELDS} ${secret ? 'secret' : ''} } }`, variables));
}

export async function test(endpoint: Endpoint, id: string): Promise<ShownTest> {
  return TEST.parse(await one(endpoint, 'mutation($id: ID!) { result: testWebhook(id: $id) { delivered status reason body sample ms } }', { id }));
}

export async function list(endpoint: Endpoint): Promise<ShownWebhook[]> {
  const found: ShownWebhook[] = [];
  for (;;) {
    const page = z.array(WEBHOOK).parse(await one(endpoint, `query($first: Int!, $after: ID) { result: webhooks(first: $first, after: $after) { ${FIELDS} } }`, { first: PAGE, after: found.at(-1)?.id ?? null }));
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}

/** By id or by name. Errors: `CommandError` (failed) when there is none. */
export async function find(endpoint: Endpoint, which: string): Promise<ShownWebhook> {
  const found = (await list(endpoint)).find(({ id, name }) => id === which || name === which);
  if (found === undefined) throw new CommandError('failed', `There is no webhook ${which}. \`sluice webhooks list\` has their names and ids.`);
  return found;
}

async function one(endpoint: Endpoint, query: string, variables: object): Promise<unknown> {
  try {
    return (await ask(endpoint, query, variables)).data['result'];
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'BAD_USER_INPUT') throw new CommandError('usage', error.said, { cause: error });
    throw error;
  }
}
