import { PoisonEvent } from '../outcome.js';
import { after, isPromise, type AnyContext, type AnyEvent, type Step, type StepResult } from './step.js';
import type { StepSchema } from './steps.js';

type Lookup = (value: unknown, context: AnyContext, event: AnyEvent) => unknown;

const added = (value: unknown, found: object): StepResult => ({ outcome: 'passed', value: { ...(value as object), ...found } });

/** Adds a reference field of the event's type. */
export function enrichWithReference(field: string, schema?: StepSchema<unknown>): Step['run'] {
  return (value, { references, loaders, tenant }, event) => {
    const declared = references.get(event.__typename) ?? [];
    const reference = declared.find((each) => each.field === field);
    if (reference === undefined) {
      const names = declared.map((each) => `"${each.field}"`).join(', ');
      throw new PoisonEvent(`${event.__typename} has no reference field "${field}"${names === '' ? '' : `, only ${names}`}. Correct the step, or look it up with a function: enrich({ ${field}: … }).`);
    }
    // From the event as it was read: the value may have lost the key.
    const rows = loaders.load(reference, event[reference.by], tenant);
    return rows.then((found) => added(value, { [field]: schema === undefined ? found : schema.parse(found) }));
  };
}

/** Adds what each function finds, under its name. */
export function enrichWith(lookups: Readonly<Record<string, Lookup>>): Step['run'] {
  const names = Object.keys(lookups);
  const functions = Object.values(lookups);
  return (value, context, event) => {
    const found = functions.map((lookup) => lookup(value, context, event));
    const all = found.some((each) => isPromise(each)) ? Promise.all(found) : found;
    return after(all, (values) => added(value, Object.fromEntries(names.map((name, index) => [name, values[index]]))));
  };
}
