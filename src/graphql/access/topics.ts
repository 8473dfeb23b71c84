import type { Principal } from '../../auth/principal.js';
import type { LogEvent } from '../../event/event.js';
import { isErased } from '../../event/internal.js';
import type { EventModel } from '../../event/model.js';
import type { RowTest, Visibility } from '../../stream/filter.js';
import { seenOf } from '../resolvers/event.js';
import { claimOf, claimText, isLifted, meets } from './audience.js';
import type { AccessModel, RowRule, ScopeRule } from './model.js';
import type { Policy } from './policy.js';

/** What a caller may read of topics. */
export interface Readable {
  readonly topics: readonly string[];
  /** Event types of these topics that it may not read. */
  readonly skipped: readonly string[];
  /** Row rules of the event types that it may read. */
  readonly rows: readonly RowRule[];
  /** Why it may not read what was asked for; empty: it may. */
  readonly refused: readonly ScopeRule[];
}

/**
 * Of `asked`, what the caller may read. A topic is readable when its rules are met, and those of at least one of its event types.
 * @param named the operation names the topics: one that is not readable is refused. Else it is left out, and only if none remains is it refused.
 */
export function readable(access: AccessModel, model: EventModel, principal: Principal, asked: readonly string[], named: boolean): Readable {
  const topics: string[] = [];
  const skipped: string[] = [];
  const rows = new Set<RowRule>();
  const unmet: ScopeRule[] = [];
  const failing = (name: string): readonly ScopeRule[] => (access.types.get(name) ?? []).filter((rule) => !meets(principal, rule));
  for (const topic of asked) {
    const types = model.topics.get(topic)?.types ?? [];
    const closed = types.filter((type) => failing(type).length > 0);
    if (failing(topic).length > 0) unmet.push(...failing(topic));
    else if (types.length > 0 && closed.length === types.length) unmet.push(...types.flatMap(failing));
    else {
      topics.push(topic);
      skipped.push(...closed);
      const open = types.filter((type) => !closed.includes(type));
      for (const rule of [topic, ...open].flatMap((each) => access.eventRows.get(each) ?? [])) rows.add(rule);
    }
  }
  return { topics, skipped, rows: [...rows], refused: named || topics.length === 0 ? [...new Set(unmet)] : [] };
}

/** What the caller sees of the events of these topics. */
export function visibility(access: AccessModel, model: EventModel, policy: Policy | null, principal: Principal, { topics, skipped }: Readable): Visibility {
  const rows = new Map<string, readonly RowTest[]>();
  for (const topic of topics) {
    const known = model.topics.get(topic);
    for (const name of [topic, ...(known?.types ?? [])]) {
      const tests = (access.eventRows.get(name) ?? []).filter((rule) => !isLifted(principal, rule))
        .map((rule): RowTest => ({ field: rule.field, isKey: rule.field === known?.key, value: claimText(principal, rule.claim) }));
      // Also where there are none: the topic's are for types that the schema does not have.
      rows.set(name, tests);
    }
  }
  return { skipped: new Set(skipped), rows, allows: principal.kind === 'open' ? null : policyTest(policy, principal) };
}

/** Nobody can say whose an erased event was, so a policy that is asked about events is not asked about it: it is not delivered. */
function policyTest(policy: Policy | null, principal: Principal): ((event: LogEvent) => boolean) | null {
  const read = policy?.read;
  if (read === undefined) return null;
  const claims = Object.freeze(Object.fromEntries((policy?.claims ?? []).map((name) => [name, claimOf(principal, name)])));
  return (event) => !isErased(event) && read(seenOf(event), claims) === true;
}
