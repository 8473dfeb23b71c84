import type { Entity, EventType, Invalidation, Reference } from '../../event/model.js';
import { fieldNamed, isPlain } from './fields.js';
import { directiveNode, has, objectNamed, type Reading } from './reading.js';
import { at } from './schema-error.js';

/** A reference and the type that has it. */
interface Use extends Reference {
  readonly holder: string;
}

/** Works out how each event of an `invalidatedBy` says which rows it is about: the rule is in schema/gateway.graphql. */
export function readInvalidations(
  reading: Reading,
  entities: ReadonlyMap<string, Entity>,
  references: ReadonlyMap<string, readonly Reference[]>,
  types: ReadonlyMap<string, EventType>,
  warnings: string[],
): readonly Invalidation[] {
  const uses = [...references].flatMap(([holder, found]) => found.map((each): Use => ({ ...each, holder })));
  return [...entities.values()].flatMap((entity) => {
    const used = uses.filter((each) => each.entity === entity.name);
    const events = [...new Set(used.flatMap((each) => each.invalidatedBy))].flatMap((each) => types.get(each) ?? []);
    const fields = [...new Set([entity.key, ...used.map((each) => each.to)])];
    return events.flatMap((event) => fields.map((to): Invalidation => {
      const by = namedBy(reading, event, used.filter((each) => each.to === to), to, entities, types);
      if (by === null) warnings.push(unnamed(reading, event, entity, to, used));
      return { event: event.name, entity: entity.name, to, by };
    }));
  });
}

/** The fields of the event that hold a value of the entity's field `to`, which `used` are compared with. */
function namedBy(
  reading: Reading, event: EventType, used: readonly Use[], to: string, entities: ReadonlyMap<string, Entity>, types: ReadonlyMap<string, EventType>,
): readonly string[] | null {
  const own = used.filter((each) => each.holder === event.name).map((each) => each.by);
  if (own.length > 0) return [...new Set(own)];
  // The key of a topic means the same in all of its events.
  if (used.some((each) => types.get(each.holder)?.topic === event.topic && each.by === event.key)) return [event.key];
  const type = objectNamed(reading, event.name);
  const stored = (name: string): boolean => {
    const field = type === undefined ? undefined : fieldNamed(type, name);
    return name !== 'id' && field !== undefined && isPlain(reading, field);
  };
  // An entity's own key says what it identifies only where the entity is known.
  const alike = [...new Set(used.filter((each) => each.by !== entities.get(each.holder)?.key).map((each) => each.by))].filter(stored);
  if (alike.length > 0) return alike;
  return stored(to) ? [to] : null;
}

function unnamed(reading: Reading, event: EventType, entity: Entity, to: string, used: readonly Use[]): string {
  const named = used.find((each) => each.invalidatedBy.includes(event.name));
  const field = named === undefined ? undefined : objectNamed(reading, named.holder)?.fields?.find((each) => each.name.value === named.field && has(each, 'reference'));
  const which = to === entity.key ? `which "${entity.name}"` : `which "${entity.name}.${to}"`;
  const how = to === entity.key ? '' : ` with to: "${to}"`;
  return `${at(field === undefined ? undefined : directiveNode(field, 'reference'))}: "${event.name}" does not say ${which} it changed, so it makes all of them out of date; give it a @reference to "${entity.name}"${how}, by the field that says which.`;
}
