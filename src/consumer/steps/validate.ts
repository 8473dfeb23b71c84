import { PoisonEvent } from '../outcome.js';
import { textOf } from '../text-of.js';
import type { AnyEvent, Step } from './step.js';
import type { Versions } from './steps.js';

/** Issues that a message lists, and the characters of each. */
const LISTED = 10;
const SHOWN = 200;

/** Parses an event's stored fields. `schemas`: by type and version. */
export function validateWith(schemas: Readonly<Record<string, Versions>>): Step['run'] {
  const byType = new Map(Object.entries(schemas).map(([type, versions]) => [type, new Map(Object.entries(versions))]));
  return (value) => {
    const { __typename: type, meta, ...fields } = value as AnyEvent;
    const versions = byType.get(type);
    if (versions === undefined) {
      throw new PoisonEvent(`There is no schema for ${type}, only for ${[...byType.keys()].join(', ')}. Add one, or leave the type out of "types".`);
    }
    const schema = versions.get(String(meta.version));
    if (schema === undefined) {
      throw new PoisonEvent(`There is no schema for version ${meta.version} of ${type}, only for ${[...versions.keys()].join(', ')}. Add it, then replay the dead letters.`);
    }
    let parsed: object;
    try {
      parsed = schema.parse(fields);
    } catch (error) {
      throw new PoisonEvent(`${type}, version ${meta.version}, does not fit its schema: ${issuesOf(error)}`, { cause: error });
    }
    return { outcome: 'passed', value: { ...parsed, __typename: type, meta } };
  };
}

/** Where and what, as zod and its like tell it; else the message. */
function issuesOf(error: unknown): string {
  const issues: readonly unknown[] = error instanceof Error && 'issues' in error && Array.isArray(error.issues) ? error.issues : [];
  if (issues.length === 0) return error instanceof Error ? error.message : String(error);
  const listed = issues.slice(0, LISTED).map((issue) => {
    const { path, message } = issue as { readonly path?: unknown; readonly message?: unknown };
    const text = [...(Array.isArray(path) && path.length > 0 ? [path.map(String).join('.')] : []), String(message)].join(': ');
    return textOf(text, SHOWN);
  });
  return `${listed.join('; ')}${issues.length > LISTED ? `; and ${issues.length - LISTED} more` : ''}.`;
}
