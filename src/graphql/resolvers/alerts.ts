import { ALERT_TYPES, alertOf, type Alert } from '../../event/alert.js';
import type { LogEvent } from '../../event/event.js';
import { INTERNAL_TOPIC } from '../../event/internal.js';
import { badInput } from '../../event/limits.js';
import type { Filter } from '../../stream/filter.js';
import type { StartArguments } from '../../stream/start.js';
import type { OperationContext, Runtime } from '../runtime.js';
import { inOneEpoch, openEvents, type EdgeSource, type EventSource } from './topic.js';

/** Alerts of one page. */
const MAX_PAGE = 100;

/** What `Alert` is made from. */
interface Source extends Alert {
  readonly event: LogEvent;
}

/** Alerts of a tenant: those of what it operates. */
const alertsOf = (tenant: string): Filter => ({
  tenant,
  narrow: { topics: [INTERNAL_TOPIC], types: ALERT_TYPES, keys: null },
  matches: (event) => event.tenant === tenant && alertOf(event) !== null,
});

/** The query `alerts`, in the caller's tenant. Errors: `BAD_USER_INPUT`; `CURSOR_INVALID`, `CURSOR_EPOCH_MISMATCH`. Before the oldest that is kept there are none. */
export function alertQueries(runtime: Runtime) {
  return {
    alerts: async (_root: unknown, { first, after }: { readonly first: number; readonly after?: string | null }, { tenant, caller, signal }: OperationContext) => {
      if (!(Number.isInteger(first) && first >= 1 && first <= MAX_PAGE)) throw badInput(`\`first\` must be 1 to ${MAX_PAGE}, not ${first}.`);
      const { epochs } = runtime.hub;
      const reader = runtime.reader.of(caller, signal);
      const [epoch, { head, found }] = await inOneEpoch(runtime, async () => {
        const now = await reader.head();
        const before = typeof after === 'string' ? await epochs.resolve(after, () => Promise.resolve(now)) : now + 1;
        return { head: now, found: await reader.alerts({ tenant, before, limit: first + 1 }) };
      });
      const edges = found.slice(0, first).filter((event) => alertOf(event) !== null).map((event): EdgeSource => ({ event }));
      const cursorOf = (event: LogEvent | undefined): string | null => (event === undefined ? null : epochs.cursorOf(event));
      return {
        edges, head: epochs.cursor(head, epoch),
        pageInfo: { hasNextPage: found.length > first, hasPreviousPage: typeof after === 'string', startCursor: cursorOf(found[0]), endCursor: cursorOf(found.slice(0, first).at(-1)) },
      };
    },
  };
}

/** The subscription `alerts`: the same, as they come. */
export function alertSubscriptions(runtime: Runtime) {
  return {
    alerts: {
      subscribe: (_root: unknown, args: StartArguments, context: OperationContext): Promise<EventSource> =>
        openEvents(runtime, context, {
          label: INTERNAL_TOPIC, args, filterFor: ({ tenant }) => alertsOf(tenant),
          // They are few: among so many other events there may be none.
          findLast: (reader) => (count, head) => reader.alerts({ tenant: context.tenant, before: head + 1, limit: count }),
        }),
      resolve: (event: LogEvent): EdgeSource => ({ event }),
    },
  };
}

/** Fields of their types that are not read as they are. */
export function alertTypes({ hub }: Runtime) {
  return {
    AlertEdge: {
      cursor: ({ event }: EdgeSource): string => hub.epochs.cursorOf(event),
      node: ({ event }: EdgeSource): Source | null => {
        const alert = alertOf(event);
        return alert === null ? null : { ...alert, event };
      },
    },
    Alert: {
      id: ({ event }: Source): string => event.id,
      subject: ({ webhook }: Source): string => (webhook === null ? 'CONSUMER' : 'WEBHOOK'),
      name: ({ webhook, consumer }: Source): string => webhook?.name ?? consumer,
      webhook: ({ webhook }: Source): string | null => webhook?.id ?? null,
      at: ({ event }: Source): Date => event.occurredAt,
    },
  };
}
