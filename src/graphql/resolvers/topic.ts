import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import type { Session } from '../../auth/session.js';
import type { LogEvent } from '../../event/event.js';
import { isErased } from '../../event/internal.js';
import { compileFilter, type Filter, type Where } from '../../stream/filter.js';
import { readHistory, type PageArguments } from '../../stream/history.js';
import type { LogReader } from '../../stream/log-reader.js';
import { resolveStart, type FindLast, type StartArguments } from '../../stream/start.js';
import { openStream, type Batch } from '../../stream/stream.js';
import type { Principal } from '../../auth/principal.js';
import { readable, visibility } from '../access/topics.js';
import { refusal } from '../access/refusal.js';
import type { OperationContext, Runtime } from '../runtime.js';
import { readsPage } from './event.js';
import type { Scope, ScopeArguments } from './scope.js';

/** What an edge is made from. */
export interface EdgeSource {
  readonly event: LogEvent;
}

/** What the subscription executor gets from a root field: batches, and where they begin. */
export interface EventSource extends AsyncIterable<Batch> {
  /** `topic` in the metrics. */
  readonly label: string;
  readonly start: number;
  readonly epoch: string;
  /** Whether the caller may see an event, as its session is at present: what it gave before may have become another's. */
  matches(event: LogEvent): boolean;
}

/** What a caller gets of what it asks for. The operation has been decided: a refusal here is a defect, and nothing is read. */
function filterFor({ access, model }: Runtime, scope: Scope, args: ScopeArguments & { readonly where?: Where | null }, principal: Principal, { fieldNodes }: GraphQLResolveInfo): Filter {
  const found = readable(access.rules, model, principal, scope.topics(args), scope.names(args));
  const [rule] = found.refused;
  if (rule !== undefined) throw refusal(principal, rule, fieldNodes[0]);
  return compileFilter(found.topics, principal.tenant, args.where, visibility(access.rules, model, access.policy, principal, found));
}

/** Positions mean something in one epoch only: when it changes meanwhile, they are found anew. */
export async function inOneEpoch<T>(runtime: Runtime, find: () => Promise<T>): Promise<readonly [epoch: string, found: T]> {
  for (;;) {
    const epoch = runtime.hub.epochs.present;
    const found = await find();
    if (epoch === runtime.hub.epochs.present) return [epoch, found];
  }
}

/** Goes by who the caller is when it is asked: a renewed session may see more than before, or less. */
function matchesFor(first: Filter, session: Session, make: (principal: Principal) => Filter): (event: LogEvent) => boolean {
  let { version } = session;
  let filter: Filter | null = first;
  return (event) => {
    if (session.version !== version) {
      version = session.version;
      try {
        filter = make(session.principal);
      } catch (error) {
        // Refused, as the executor finds, too, before it delivers anything more.
        if (!(error instanceof GraphQLError)) throw error;
        filter = null;
      }
    }
    return filter?.matches(event) ?? false;
  };
}

/** The history query of a topic, or across topics: a Relay connection over the log. */
export function historyResolver(runtime: Runtime, scope: Scope) {
  return async (_root: unknown, args: PageArguments & ScopeArguments & { readonly where?: Where | null }, context: OperationContext, info: GraphQLResolveInfo) => {
    const filter = filterFor(runtime, scope, args, context.session.principal, info);
    const reader = runtime.reader.of(context.caller, context.signal);
    const [epoch, page] = await inOneEpoch(runtime, () => readHistory(args, runtime.hub, reader, filter, context.pageRoom));
    readsPage(runtime, context, info, { epoch, head: page.head });
    const { epochs } = runtime.hub;
    return {
      edges: page.events.map((event): EdgeSource => ({ event })),
      pageInfo: {
        hasNextPage: page.hasNextPage,
        hasPreviousPage: page.hasPreviousPage,
        startCursor: epochs.cursor(page.start, epoch),
        endCursor: epochs.cursor(page.end, epoch),
      },
      head: epochs.cursor(page.head, epoch),
    };
  };
}

/** What a subscription reads. */
interface Asked {
  /** `topic` in the metrics. */
  readonly label: string;
  readonly args: StartArguments;
  /** What a caller gets. Throws a `GraphQLError` when it is refused. */
  filterFor(principal: Principal): Filter;
  /** What `last` counts, where that is not to be looked for in the log. */
  findLast?(reader: LogReader): FindLast;
}

/** The events of a subscription from where it starts, for its caller as it is at present. Errors: those of cursors. */
export async function openEvents(runtime: Runtime, { session, caller, signal, transport }: OperationContext, { label, args, filterFor: make, findLast }: Asked): Promise<EventSource> {
  const filter = make(session.principal);
  const matches = matchesFor(filter, session, make);
  const reader = runtime.reader.of(caller, signal);
  const [epoch, start] = await inOneEpoch(runtime, () => resolveStart(transport.resumeAfter === null ? args : { after: transport.resumeAfter }, runtime.hub, reader, filter, findLast?.(reader)));
  const batches = openStream({ hub: runtime.hub, reader, start, epoch, filter: { ...filter, matches }, signal });
  return {
    label, start, epoch, matches,
    [Symbol.asyncIterator]: () => batches,
  };
}

/** The subscription of a topic, or across topics: the same edges, without end. */
export function subscriptionResolver(runtime: Runtime, scope: Scope) {
  return {
    subscribe: (_root: unknown, args: StartArguments & ScopeArguments & { readonly where?: Where | null }, context: OperationContext, info: GraphQLResolveInfo): Promise<EventSource> =>
      openEvents(runtime, context, { label: scope.label, args, filterFor: (principal) => filterFor(runtime, scope, args, principal, info) }),
    /** The executor hands each event over as the root value. */
    resolve: (event: LogEvent): EdgeSource => ({ event }),
  };
}

/** Fields of an edge. */
export function edgeResolvers(runtime: Runtime) {
  return {
    cursor: (edge: EdgeSource) => runtime.hub.epochs.cursorOf(edge.event),
    // Erased: its place, and nothing else. No error, since nothing went wrong.
    node: (edge: EdgeSource) => (isErased(edge.event) ? null : edge.event),
  };
}
