import { coerceInputValue, GraphQLError, isInputType, Kind, parse, validate, type DocumentNode, type ExecutionArgs, type GraphQLSchema, type SelectionSetNode } from 'graphql';
import { ADMIN_SCOPE, OPEN, type Principal } from '../auth/principal.js';
import { endlessSession } from '../auth/session.js';
import { SluiceError } from '../base/error.js';
import type { LogEvent } from '../event/event.js';
import { isErased } from '../event/internal.js';
import { badInput } from '../event/limits.js';
import { compileFilter, type Filter, type Where } from '../stream/filter.js';
import type { OpenReading, Reading, WebhookSelection } from '../webhook/webhook.js';
import { isLifted } from './access/audience.js';
import { decide } from './access/decision.js';
import { readable, visibility } from './access/topics.js';
import { knowPrincipal } from './access/with-principal.js';
import { ACROSS } from './derive/across.js';
import { executeEvent } from './execute-event.js';
import type { Admission } from './limits/admission.js';
import { createContext, eventContext, type Runtime, type Transport } from './runtime.js';

export interface WebhookReadingOptions {
  readonly runtime: Runtime;
  readonly schema: GraphQLSchema;
  readonly admission: Admission;
  /** Authentication is off: webhooks may what everybody may. */
  readonly open: boolean;
}

const NO_TRANSPORT: Transport = { kind: 'http', resumeAfter: null, onCheckpoint: () => undefined };

/**
 * What webhooks read, by the rules of subscriptions: as a caller with `sluice:admin` in the webhook's tenant, called `webhook:<id>`,
 * which is also its claim `sub`; a selection is executed as a subscription to `events` is.
 */
export function createOpenReading(options: WebhookReadingOptions): OpenReading {
  return (what) => {
    const principal = principalOf(what, options.open);
    checkNames(options.runtime, what);
    const filter = filterOf(options, what, principal);
    const types = new Set(what.types ?? what.topics.flatMap((topic) => options.runtime.model.topics.get(topic)?.types ?? []));
    return {
      types,
      matches: (event) => types.has(event.type) && filter.matches(event),
      payloadOf: what.selection === null ? storedPayload : selectedPayload(options, what, what.selection, principal),
    };
  };
}

function principalOf({ id, tenant }: { readonly id: string; readonly tenant: string }, open: boolean): Principal {
  const name = `webhook:${id}`;
  if (open) return { ...OPEN, tenant };
  return { ...OPEN, kind: 'key', name, tenant, scopes: new Set([ADMIN_SCOPE]), claims: { sub: name } };
}

function checkNames({ model }: Runtime, { topics, types }: WebhookSelection): void {
  const unknown = topics.find((topic) => !model.topics.has(topic));
  if (unknown !== undefined) throw badInput(`There is no topic ${shown(unknown)}. Topics: ${[...model.topics.keys()].join(', ')}.`);
  const known = topics.flatMap((topic) => model.topics.get(topic)?.types ?? []);
  const odd = types?.find((type) => !known.includes(type));
  if (odd !== undefined) throw badInput(`${shown(odd)} is no event type of ${topics.join(', ')}. Their event types: ${known.join(', ')}.`);
}

function filterOf({ runtime, schema }: WebhookReadingOptions, { topics, where }: WebhookSelection, principal: Principal): Filter {
  const { access, model } = runtime;
  const found = readable(access.rules, model, principal, topics, true);
  const [refused] = found.refused;
  if (refused !== undefined) throw badInput(`"${refused.place}" is not for webhooks.`);
  const held = found.rows.find((rule) => !isLifted(principal, rule));
  if (held !== undefined) throw badInput(`Events of ${topics.join(', ')} are only for callers whose claim "${held.claim}" equals their field "${held.field}", whatever scopes they hold: a webhook would get none.`);
  return compileFilter(found.topics, principal.tenant, where === null ? null : readWhere(schema, topics, where), visibility(access.rules, model, access.policy, principal, found));
}

/** As the argument `where` of the subscription takes it: of the topic's own, or of `events` when there are several. */
function readWhere(schema: GraphQLSchema, topics: readonly string[], where: object): Where {
  const [only = ACROSS.name] = topics.length === 1 ? topics : [];
  const type = schema.getType(`${only}Filter`);
  if (type === undefined || !isInputType(type)) throw new Error(`the schema has no ${only}Filter`);
  return coerceInputValue(where, type, (path, _value, error) => {
    const remedy = only === ACROSS.name ? ' Of several topics only `type` and `key` can be asked for: make a webhook for each topic to ask for more.' : '';
    throw badInput(`\`where${path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')}\`: ${error.message}${remedy}`);
  }) as Where;
}

const storedPayload: Reading['payloadOf'] = (event) => Promise.resolve(isErased(event) ? null : event.payload);

/** Compiles the selection; then each event is executed on its own, with references as of that event. */
function selectedPayload({ runtime, schema, admission }: WebhookReadingOptions, { topics }: WebhookSelection, selection: string, principal: Principal): Reading['payloadOf'] {
  const document = documentOf(admission, schema, topics, selection, principal);
  const args: ExecutionArgs = { schema, document };
  const { errors, audience, readsPrincipal } = decide(runtime, args, principal);
  const [refused] = errors;
  if (refused !== undefined) throw badInput(`\`selection\`: ${refused.message}`);
  return async (event: LogEvent, signal: AbortSignal) => {
    const operation = createContext(runtime, { session: endlessSession(principal), address: principal.name, signal, traceparent: event.traceparent, transport: NO_TRANSPORT });
    const context = eventContext(operation, { audience, signal, loaders: runtime.references.forEvents({ epoch: event.epoch, position: event.position }) });
    if (readsPrincipal) knowPrincipal(context, principal);
    const outcome = await executeEvent(runtime, args, event, context);
    if ('error' in outcome) throw outcome.error;
    const [error] = outcome.result.errors ?? [];
    // Never half of it: what is missing may be there at the next attempt.
    if (error !== undefined) throw new SluiceError(codeOf(error), `The selection could not be executed${error.path === undefined ? '' : ` at ${error.path.slice(2).join('.')}`}: ${error.message}${typeof error.extensions['errorId'] === 'string' ? ` (${error.extensions['errorId']})` : ''}`, {}, { cause: error });
    return (outcome.result.data?.[ACROSS.field] as { readonly node: unknown } | undefined)?.node ?? null;
  };
}

function codeOf({ extensions: { code } }: GraphQLError): SluiceError['code'] {
  return code === 'STORAGE_UNAVAILABLE' || code === 'OVERLOADED' || code === 'EVENT_VERSION_UNSUPPORTED' || code === 'CONFLICT' ? code : 'INTERNAL_SERVER_ERROR';
}

/** The subscription that the selection stands for: within the limits, and valid. Errors: `BAD_USER_INPUT`. */
function documentOf(admission: Admission, schema: GraphQLSchema, topics: readonly string[], selection: string, principal: Principal): DocumentNode {
  const document = subscriptionTo(topics, readSelection(admission, selection));
  inWords(() => admission.check(document, {}, principal));
  const [problem] = validate(schema, document, undefined, { maxErrors: 1 });
  if (problem !== undefined) throw badInput(`\`selection\`: ${problem.message}`);
  return document;
}

/** Parsed by itself, so that it cannot end the subscription it will stand in. */
function readSelection(admission: Admission, selection: string): SelectionSetNode {
  const { definitions: [only, ...others] } = inWords(() => admission.parse(`{ ${selection} \n}`, { noLocation: true }));
  if (only?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) throw badInput('`selection` takes fields of the events, such as "... on OrderPlaced { orderId customer { name } }", without operations and named fragments.');
  return only.selectionSet;
}

function subscriptionTo(topics: readonly string[], selectionSet: SelectionSetNode): DocumentNode {
  const frame = parse(`subscription { ${ACROSS.field}(topics: [${topics.join(', ')}]) { node { __typename } } }`, { noLocation: true });
  const within = (set: SelectionSetNode, depth: number): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((each) => (each.kind !== Kind.FIELD || each.selectionSet === undefined ? each : { ...each, selectionSet: depth === 0 ? selectionSet : within(each.selectionSet, depth - 1) })),
  });
  return { ...frame, definitions: frame.definitions.map((each) => (each.kind === Kind.OPERATION_DEFINITION ? { ...each, selectionSet: within(each.selectionSet, 1) } : each)) };
}

function inWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw badInput(`\`selection\`: ${error.message}`);
  }
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
