import type { Topic } from '../../event/model.js';
import type { LogEvent } from '../../event/event.js';
import { compileFilter, type Where } from '../../stream/filter.js';
import { readHistory, type PageArguments } from '../../stream/history.js';
import { resolveStart, type StartArguments } from '../../stream/start.js';
import { openStream, type Batch } from '../../stream/stream.js';
import type { OperationContext, Runtime } from '../runtime.js';

/** What an edge is made from. */
export interface EdgeSource {
  readonly event: LogEvent;
}

/** What the subscription executor gets from a topic's field: batches, and where they begin. */
export interface EventSource extends AsyncIterable<Batch> {
  readonly topic: Topic;
  readonly start: number;
}

/** The history query of a topic: a Relay connection over the log. */
export function historyResolver(runtime: Runtime, topic: Topic) {
  return async (_root: unknown, args: PageArguments & { readonly where?: Where | null }, context: OperationContext) => {
    const page = await readHistory(args, runtime.hub, runtime.reader, compileFilter(topic, context.tenant, args.where));
    const { epochs } = runtime.hub;
    return {
      edges: page.events.map((event): EdgeSource => ({ event })),
      pageInfo: {
        hasNextPage: page.hasNextPage,
        hasPreviousPage: page.hasPreviousPage,
        startCursor: epochs.cursor(page.start),
        endCursor: epochs.cursor(page.end),
      },
      head: epochs.cursor(page.head),
    };
  };
}

/** The subscription of a topic: the same edges, without end. */
export function subscriptionResolver(runtime: Runtime, topic: Topic) {
  return {
    subscribe: async (_root: unknown, args: StartArguments & { readonly where?: Where | null }, context: OperationContext): Promise<EventSource> => {
      const filter = compileFilter(topic, context.tenant, args.where);
      const resumed = context.transport.resumeAfter;
      const start = await resolveStart(resumed === null ? args : { after: resumed }, runtime.hub, runtime.reader, filter);
      const batches = openStream({ hub: runtime.hub, reader: runtime.reader, start, filter, signal: context.signal });
      return { topic, start, [Symbol.asyncIterator]: () => batches };
    },
    /** The executor hands each event over as the root value. */
    resolve: (event: LogEvent): EdgeSource => ({ event }),
  };
}

/** Fields of the topic's edge. */
export function edgeResolvers(runtime: Runtime) {
  return {
    cursor: (edge: EdgeSource) => runtime.hub.epochs.cursorOf(edge.event),
    node: (edge: EdgeSource) => edge.event,
  };
}
