import type { Place } from '../../consumer/operations/place.js';
import { letterCursor, type DeadLetter, type DeadLetterFilter, type ParkedStatus } from '../../consumer/operations/dead-letters.js';
import type { Operator } from '../../consumer/operations/operator.js';
import type { ConsumerAction, ConsumerSlot, ConsumerState } from '../../consumer/operations/read.js';
import type { OperationContext, Runtime } from '../runtime.js';

interface Named {
  readonly name: string;
  readonly reason?: string | null;
}

/** Values of the enum `ParkedStatus`. */
const STATUS = { DEAD: 'dead', RETRYING: 'retry', WAITING: 'waiting' } as const satisfies Readonly<Record<string, ParkedStatus>>;
type Status = keyof typeof STATUS;

const statusOf = (names: readonly Status[]): readonly ParkedStatus[] => names.map((name) => STATUS[name]);

interface Letters {
  readonly consumer: string;
  readonly positions: readonly string[];
  readonly status: readonly Status[];
  readonly reason?: string | null;
}

const operatorOf = ({ tenant, session }: OperationContext): Operator => ({ tenant, principal: session.principal.name });
/** Names of enum values: `at-most-once` is AT_MOST_ONCE. */
const enumName = (value: string): string => value.toUpperCase().replaceAll('-', '_');

/** `consumers` and what is read beside it, as far as the caller may operate it. */
export function consumerQueries({ consumers }: Runtime) {
  return {
    consumers: (_root: unknown, { first, after }: { readonly first: number; readonly after?: string | null }, context: OperationContext): Promise<ConsumerState[]> =>
      consumers.list(operatorOf(context), { first, after: after ?? null }),
    consumer: (_root: unknown, { name }: Named, context: OperationContext): Promise<ConsumerState | null> => consumers.get(operatorOf(context), name),
    deadLetters: async (_root: unknown, { where, first, after, status }: { readonly where?: DeadLetterFilter | null; readonly first: number; readonly after?: string | null; readonly status: readonly Status[] }, context: OperationContext) => {
      const { letters, hasNextPage } = await consumers.deadLetters(operatorOf(context), where ?? {}, { first, after: after ?? null, status: statusOf(status) });
      const edges = letters.map((node) => ({ cursor: letterCursor(node), node }));
      return { edges, pageInfo: { hasNextPage, hasPreviousPage: typeof after === 'string', startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null } };
    },
    deadLetter: (_root: unknown, { consumer, position, status }: { readonly consumer: string; readonly position: string; readonly status: readonly Status[] }, context: OperationContext): Promise<DeadLetter | null> =>
      consumers.deadLetter(operatorOf(context), consumer, position, statusOf(status)),
  };
}

/** Decisions about consumers and dead letters, in the name of the caller. */
export function consumerMutations({ consumers }: Runtime) {
  /** The consumer as it is now; it was there a moment ago. */
  const present = async (context: OperationContext, name: string) => ({ consumer: await consumers.get(operatorOf(context), name) });
  const decision = ({ name, reason }: Named, context: OperationContext) => ({ name, operator: operatorOf(context), reason: reason ?? null });
  return {
    pauseConsumer: async (_root: unknown, args: Named, context: OperationContext) => {
      await consumers.pause(decision(args, context));
      return present(context, args.name);
    },
    resumeConsumer: async (_root: unknown, args: Named, context: OperationContext) => {
      await consumers.resume(decision(args, context));
      return present(context, args.name);
    },
    resetConsumer: async (_root: unknown, args: Named & { readonly to: Place; readonly discardDeadLetters: boolean }, context: OperationContext) => {
      const done = await consumers.reset({ ...args, ...decision(args, context) });
      return { ...done, ...await present(context, args.name) };
    },
    forkConsumer: async (_root: unknown, args: Named & { readonly label: string; readonly from: Place; readonly until?: Place | null }, context: OperationContext) =>
      present(context, await consumers.fork({ ...args, ...decision(args, context) })),
    deleteConsumer: (_root: unknown, args: Named & { readonly discardDeadLetters: boolean }, context: OperationContext) => consumers.delete({ ...args, ...decision(args, context) }),
    replayDeadLetters: async (_root: unknown, { reason, status, ...args }: Letters, context: OperationContext) => {
      const { done, notDead } = await consumers.replay({ ...args, status: statusOf(status), reason: reason ?? null, operator: operatorOf(context) });
      return { replayed: done, notDead };
    },
    discardDeadLetters: async (_root: unknown, { status, ...args }: Letters & { readonly reason: string }, context: OperationContext) => {
      const { done, notDead } = await consumers.discard({ ...args, status: statusOf(status), operator: operatorOf(context) });
      return { discarded: done, notDead };
    },
  };
}

/** Fields of their types that are not read as they are. */
export function consumerTypes({ consumers, hub }: Runtime) {
  return {
    Consumer: {
      kind: ({ kind }: ConsumerState) => enumName(kind),
      delivery: ({ delivery }: ConsumerState) => enumName(delivery),
      status: ({ status }: ConsumerState) => enumName(status),
      slots: ({ name }: ConsumerState, _args: object, context: OperationContext): Promise<readonly ConsumerSlot[]> => consumers.slots(operatorOf(context), name),
      actions: ({ name }: ConsumerState, { first }: { readonly first: number }, context: OperationContext): Promise<readonly ConsumerAction[]> =>
        consumers.actions(operatorOf(context), name, first),
    },
    ConsumerLag: { source: ({ source }: ConsumerState['lag']) => enumName(source) },
    DeadLetter: {
      status: ({ status }: DeadLetter): Status => (status === 'dead' ? 'DEAD' : status === 'retry' ? 'RETRYING' : 'WAITING'),
      cursor: ({ position, epoch }: DeadLetter): string => hub.epochs.cursor(Number(position), epoch),
    },
  };
}
