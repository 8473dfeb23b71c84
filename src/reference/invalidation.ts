import type { LogEvent } from '../event/event.js';
import type { EventModel } from '../event/model.js';
import { keyText, type KeyForm } from './key.js';

/** Rows of an entity as one of its fields finds them. */
export interface RowsBy {
  readonly entity: string;
  /** The field that keys are compared with. */
  readonly to: string;
  /** The field that identifies a row. */
  readonly key: string;
  readonly toForm: KeyForm;
  readonly keyForm: KeyForm;
}

/** Which rows of one `RowsBy` an event makes out of date. */
export type Affected =
  /** It does not say which. */
  | 'all'
  | {
    /** Values of `to`: what was found by them is out of date. */
    readonly values: readonly string[];
    /** Values of `key`: whatever holds such a row is out of date, also when it was found by an earlier value of `to`. */
    readonly rows: readonly string[];
    /** Values of `to` by which there may be a row now: that nothing was found by them is out of date. */
    readonly mentioned: readonly string[];
  };

/** Tells what an event of its type makes out of date. */
export type Rule = (event: LogEvent) => Affected;

/** For each event type, the rules that concern `of`. */
export function rulesFor(model: EventModel, of: RowsBy): ReadonlyMap<string, Rule> {
  const rules = new Map<string, Rule>();
  const fieldsOf = (event: string, to: string): readonly string[] | null | undefined =>
    model.invalidations.find((each) => each.event === event && each.entity === of.entity && each.to === to)?.by;
  for (const type of model.types.values()) {
    const values = fieldsOf(type.name, of.to);
    const rows = of.to === of.key ? [] : fieldsOf(type.name, of.key);
    const mentions = type.references.filter((each) => each.entity === of.entity && each.to === of.to).map((each) => each.by);
    if (values !== undefined) {
      rules.set(type.name, (event) => {
        const found = texts(event, values, of.toForm);
        const identified = rows === undefined ? null : texts(event, rows, of.keyForm);
        return found === null || identified === null ? 'all' : { values: found, rows: identified, mentioned: [] };
      });
    } else if (mentions.length > 0) {
      rules.set(type.name, (event) => ({ values: [], rows: [], mentioned: mentions.flatMap((each) => texts(event, [each], of.toForm) ?? []) }));
    }
  }
  return rules;
}

/** The values of these fields as keys are written; null when they do not tell: nobody knows the field, or it holds no key. */
function texts(event: LogEvent, fields: readonly string[] | null, form: KeyForm): readonly string[] | null {
  if (fields === null || !form.exact) return null;
  const found: string[] = [];
  for (const field of fields) {
    const value = event.payload[field];
    // Whoever wrote it to the outbox with SQL may have put anything there.
    const text = typeof value === 'object' ? null : keyText(value);
    if (text === null) return null;
    const written = form.write(text);
    if (written !== null) found.push(written);
  }
  return found;
}
