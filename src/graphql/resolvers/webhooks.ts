import { shortened } from '../../webhook/endpoint.js';
import type { WebhookTest } from '../../webhook/test-event.js';
import { consumerOf, type Webhook, type WebhookOrder } from '../../webhook/webhook.js';
import type { Asked, CreateWebhook, WebhookParts } from '../../webhook/webhooks.js';
import type { OperationContext, Runtime } from '../runtime.js';

interface OfId {
  readonly id: string;
}

/** What `Webhook` is made from. */
type Source = Webhook & { readonly secret?: string };

/** `webhooks` and `webhook`, in the caller's tenant. */
export function webhookQueries({ webhooks }: Runtime) {
  return {
    webhooks: (_root: unknown, { first, after }: { readonly first: number; readonly after?: string | null }, { tenant }: OperationContext): Promise<Source[]> =>
      webhooks.list({ tenant, first, after: after ?? null }),
    webhook: (_root: unknown, { id }: OfId, { tenant }: OperationContext): Promise<Source> => webhooks.get(tenant, id),
  };
}

/** The mutations about webhooks, in the caller's tenant. */
export function webhookMutations({ webhooks }: Runtime) {
  const asked = ({ id }: OfId, { tenant, session }: OperationContext): Asked => ({ tenant, by: session.principal.name, id });
  return {
    createWebhook: async (_root: unknown, { input }: { readonly input: CreateWebhook & { readonly order: WebhookOrder } }, { tenant, session }: OperationContext): Promise<Source> => {
      const { webhook, secret } = await webhooks.create({ tenant, by: session.principal.name }, input);
      return { ...webhook, secret };
    },
    updateWebhook: (_root: unknown, args: OfId & { readonly input: WebhookParts }, context: OperationContext): Promise<Source> => webhooks.update(asked(args, context), args.input),
    pauseWebhook: (_root: unknown, args: OfId & { readonly reason?: string | null }, context: OperationContext): Promise<Source> => webhooks.pause(asked(args, context), args.reason ?? null),
    resumeWebhook: (_root: unknown, args: OfId, context: OperationContext): Promise<Source> => webhooks.resume(asked(args, context)),
    rotateWebhookSecret: async (_root: unknown, args: OfId & { readonly secret?: string | null; readonly overlapSeconds: number }, context: OperationContext): Promise<Source> => {
      const { webhook, secret } = await webhooks.rotateSecret(asked(args, context), args);
      return { ...webhook, secret };
    },
    deleteWebhook: (_root: unknown, args: OfId & { readonly discardDeadLetters: boolean }, context: OperationContext): Promise<Source> => webhooks.delete(asked(args, context), args.discardDeadLetters),
    testWebhook: async (_root: unknown, { id }: OfId, { tenant, signal }: OperationContext) => testOf(await webhooks.test({ tenant, id }, signal)),
  };
}

/** Fields that are not as they are stored. */
export function webhookFields({ webhooks }: Runtime) {
  return {
    headerNames: ({ headers }: Source): string[] => Object.keys(headers),
    problem: (webhook: Source): string | null => webhooks.problem(webhook),
    secret: ({ secret }: Source): string | null => secret ?? null,
    oldSecretsUntil: ({ secrets }: Source): Date | null => {
      const ends = secrets.flatMap(({ until }) => (until === null || until.getTime() <= Date.now() ? [] : [until.getTime()]));
      return ends.length === 0 ? null : new Date(Math.max(...ends));
    },
    consumer: consumerOf,
  };
}

/** The `WebhookTest` type. */
function testOf({ outcome, sample: position }: WebhookTest) {
  const { kind, ms } = outcome;
  const sample = position === null ? null : String(position);
  switch (kind) {
    case 'delivered':
      return { delivered: true, status: outcome.status, reason: null, body: null, sample, ms };
    case 'refused':
      return { delivered: false, status: null, reason: outcome.reason, body: null, sample, ms };
    case 'gone':
      return { delivered: false, status: outcome.status, reason: 'The endpoint answered 410: it is no more.', body: shortened(outcome.body), sample, ms };
    case 'failed':
      return { delivered: false, status: outcome.status, reason: outcome.reason, body: shortened(outcome.body), sample, ms };
  }
}
