import type { HandlerContext, StateOptions } from '../definition.js';
import type { Sliding, SlidingState } from './sliding.js';
import type { ClosedWindow, Tumbling, TumblingState } from './tumbling.js';
import type { Added, Windows } from './window.js';

/** What of a context has to do with windows: that of `handle` and that of `onDue` have it. */
export type WindowContext<State> = Pick<HandlerContext<Record<string, object>, State>, 'state' | 'watermark' | 'late'>;

/**
 * Windows as the whole state of a processor: `state: windowState(perHour)`, `handle` with `record`, `onDue` with `collect`
 * (tumbling) or `forget` (sliding). State that has more beside them takes the window's `schema`, `initial`, `due` and `add`.
 */
export function windowState<State, Value>(windows: Windows<State, Value>, options: Pick<StateOptions<State>, 'maxBytes'> = {}): StateOptions<State> {
  return { schema: windows.schema, initial: windows.initial, dueAt: (state) => windows.due(state), ...options };
}

/** Adds a value to the windows of the event's key and keeps them; what is late is counted and dropped. Errors: those of `add`. */
export function record<State, Value, Result extends Added<State>>(windows: { add(state: State, at: Date, value: Value, watermark: Date): Result }, context: WindowContext<State>, at: Date, value: NoInfer<Value>): Result {
  const added = windows.add(context.state.value, at, value, context.watermark);
  if (added.late) context.late();
  else context.state.set(added.state);
  return added;
}

/** The windows of the key that are over, earliest first; they are taken out of its state. */
export function collect<Value>(windows: Tumbling<Value>, context: WindowContext<TumblingState<Value>>): readonly ClosedWindow<Value>[] {
  const { closed, state } = windows.close(context.state.value, context.watermark);
  if (closed.length === 0) return closed;
  if (state.open.length === 0) context.state.clear();
  else context.state.set(state);
  return closed;
}

/** Takes out of the key's state what no window needs any more. */
export function forget<Value>(windows: Sliding<Value>, context: WindowContext<SlidingState<Value>>): void {
  const state = windows.prune(context.state.value, context.watermark);
  if (state.entries.length === 0) context.state.clear();
  else if (state !== context.state.value) context.state.set(state);
}
