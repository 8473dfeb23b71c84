import type { IFieldResolver } from '@graphql-tools/utils';
import { SluiceError } from '../../base/error.js';
import { badInput } from '../../event/limits.js';
import type { EventModel } from '../../event/model.js';
import type { EventInput, PublishOptions } from '../event-input.js';
import type { Receipt } from '../publisher.js';
import type { OperationContext, Runtime } from '../runtime.js';

type Data = Record<string, unknown>;
type Resolver<Arguments> = IFieldResolver<unknown, OperationContext, Arguments, Promise<unknown>>;

/** `publishX` for every event type, and `publish` for several at once. */
export function publishResolvers(runtime: Runtime): Record<string, unknown> {
  const single = [...runtime.model.types.values()].map((type) => {
    const resolve: Resolver<{ input: Data; options?: PublishOptions | null }> = async (_root, args, context) => {
      const [receipt] = await publish(runtime, context, [{ type, data: args.input }], args.options, () => 'input');
      return receipt;
    };
    return [type.publishField, resolve] as const;
  });
  const many: Resolver<{ events: Data[]; options?: PublishOptions | null }> = (_root, args, context) =>
    publish(runtime, context, args.events.map((event, index) => readOneOf(runtime.model, event, index)), args.options, (index) => `events[${index}]`);
  return Object.fromEntries<unknown>([...single, ['publish', many]]);
}

async function publish(
  runtime: Runtime, context: OperationContext, inputs: readonly EventInput[], options: PublishOptions | null | undefined, what: (index: number) => string,
): Promise<Receipt[]> {
  const { policy } = runtime.access;
  const { principal } = context.session;
  if (policy?.publish !== undefined && principal.kind !== 'open') {
    const at = inputs.findIndex(({ type, data }) => policy.publish?.({ type: type.name, topic: type.topic, data }, principal) !== true);
    if (at >= 0) throw new SluiceError('FORBIDDEN', `You may not publish ${what(at)}: the application does not allow it. Nothing was stored.`);
  }
  await runtime.rates.publish(context.caller, inputs.length);
  const receipts = await runtime.publisher.publishNow(context, inputs, options ?? {}, what);
  inputs.forEach((input, index) => runtime.metrics.published.inc({ topic: input.type.topic, result: receipts[index]?.duplicate ? 'duplicate' : 'stored' }));
  return receipts;
}

/** `PublishInput` is `@oneOf`: exactly one field is set, and it names the type. */
function readOneOf(model: EventModel, event: Data, index: number): EventInput {
  const [field] = Object.keys(event);
  const type = [...model.types.values()].find((candidate) => candidate.inputField === field);
  if (type === undefined) throw badInput(`events[${index}] names no event type.`);
  return { type, data: event[type.inputField] as Data };
}
