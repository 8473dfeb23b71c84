import { badInput } from '../../event/limits.js';
import { processorsOf, type EventOf, type HandlerContext, type Processor, type ProcessorOptions } from '../definition.js';
import { enrichWith, enrichWithReference } from './enrich.js';
import { inStep } from './step-error.js';
import { after, isPromise, type AnyContext, type AnyEvent, type Step, type StepResult } from './step.js';
import type { EventSteps, Pipeline, StepSchema, Versions } from './steps.js';
import { validateWith } from './validate.js';

/** As many as an attempt keeps traces of. */
const MAX_STEPS = 50;

export interface PipelineOptions<Events extends object, Type extends keyof Events & string, State> extends Omit<ProcessorOptions<Events, Type, State>, 'handle'> {
  /** Adds the steps: `(steps) => steps.filter(…).map(…).route(…)`. Called once. */
  steps(steps: EventSteps<Events, State, EventOf<Events, Type>, EventOf<Events, Type>>): Pipeline;
}

/**
 * `definePipeline` for the events of one schema: a processor whose `handle` is a list of steps.
 * `export const definePipeline = pipelinesOf<EventInputs>()`. @throws SluiceError `BAD_USER_INPUT` for no steps, or more than 50.
 */
export function pipelinesOf<Events extends object>() {
  return <const Type extends keyof Events & string = keyof Events & string, State = undefined>({ steps, ...options }: PipelineOptions<Events, Type, State>): Processor => {
    const { list } = steps(stepsOf([]) as unknown as EventSteps<Events, State, EventOf<Events, Type>, EventOf<Events, Type>>);
    if (list.length === 0 || list.length > MAX_STEPS) throw badInput(`The pipeline "${options.name}" has ${list.length} steps: give it 1 to ${MAX_STEPS}, and return what the last of them returns.`);
    return processorsOf<Events>()<Type, State>({
      ...options,
      handle: (event: EventOf<Events, Type>, context: HandlerContext<Events, State>) => runSteps(list, event, context),
    });
  };
}

type Given<Result> = (value: unknown, context: AnyContext, event: AnyEvent) => Result | PromiseLike<Result>;

interface ToEmit {
  readonly type: string;
  readonly data: object;
  readonly options?: Parameters<AnyContext['emit']>[2];
}

const passed = (value: unknown): StepResult => ({ outcome: 'passed', value });

function stepsOf(list: readonly Step[]) {
  const plus = (name: string, run: Step['run']): ReturnType<typeof stepsOf> => {
    const same = list.filter((step) => step.name === name || step.name.startsWith(`${name} `) && /^\d+$/.test(step.name.slice(name.length + 1))).length;
    return stepsOf([...list, { name: same === 0 ? name : `${name} ${same + 1}`, run }]);
  };
  const named = (kind: string, given: { readonly name: string }, name: string | undefined): string => name ?? `${kind} ${given.name}`.trim();
  return {
    list,
    validate: (schemas: Readonly<Record<string, Versions>>, name = 'validate') => plus(name, validateWith(schemas)),
    enrich: (given: string | Readonly<Record<string, Given<unknown>>>, more?: string | StepSchema<unknown>) => {
      if (typeof given === 'string') return plus(`enrich ${given}`, enrichWithReference(given, typeof more === 'object' ? more : undefined));
      return plus(typeof more === 'string' ? more : `enrich ${Object.keys(given).join(', ')}`, enrichWith(given));
    },
    filter: (test: Given<boolean>, name?: string) => plus(named('filter', test, name), (value, context, event) => after(test(value, context, event), (kept) => (kept ? passed(value) : { outcome: 'dropped' }))),
    map: (change: Given<unknown>, name?: string) => plus(named('map', change, name), (value, context, event) => after(change(value, context, event), passed)),
    tap: (effect: Given<unknown>, name?: string) => plus(named('tap', effect, name), (value, context, event) => after(effect(value, context, event), () => passed(value))),
    route: (to: Given<ToEmit | readonly ToEmit[] | null>, name?: string) => plus(named('route', to, name), (value, context, event) => after(to(value, context, event), (routes) => {
      const all = routes === null ? [] : [routes].flat();
      for (const { type, data, options } of all) context.emit(type, data, options);
      return { outcome: all.length > 0 ? 'emitted' : 'passed', value };
    })),
  };
}

/** One event through all steps, or as far as it gets. Every step that ran is traced. */
async function runSteps(list: readonly Step[], event: AnyEvent, context: AnyContext): Promise<void> {
  let value: unknown = event;
  for (const { name, run } of list) {
    // An attempt whose time is over goes no further.
    context.signal.throwIfAborted();
    const began = performance.now();
    const step = context.openStep?.(name) ?? null;
    let result: StepResult;
    try {
      const given = step === null ? run(value, context, event) : step.within(() => run(value, context, event));
      result = isPromise(given) ? await given : given;
    } catch (error) {
      context.trace({ name, outcome: 'failed', ms: performance.now() - began });
      // Why the attempt ended is not the step's own, and others are told the same.
      throw error === context.signal.reason ? error : inStep(name, error);
    }
    context.trace({ name, outcome: result.outcome, ms: performance.now() - began });
    if (result.outcome === 'dropped') return;
    value = result.value;
  }
}
