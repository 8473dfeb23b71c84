import {
  defaultFieldResolver, defaultTypeResolver, getNamedType, GraphQLError, isAbstractType, isIntrospectionType, isListType, isNonNullType, isObjectType, type GraphQLFieldResolver,
  type GraphQLObjectType, type GraphQLOutputType, type GraphQLResolveInfo, type GraphQLSchema,
} from 'graphql';
import type { ErrorCode } from '../../base/error.js';
import type { FieldContext } from '../runtime.js';
import type { AccessModel, RowRule } from './model.js';

/**
 * Puts the row rules of entities and values before every field that yields one, references, the application's own root fields and
 * what is nested in payloads alike: whoever may not see a row gets null, and a list without it.
 */
export function guardRows(schema: GraphQLSchema, rules: AccessModel['rows']): void {
  if (rules.size === 0) return;
  for (const object of Object.values(schema.getTypeMap())) {
    if (!isObjectType(object) || isIntrospectionType(object)) continue;
    for (const field of Object.values(object.getFields())) {
      const named = getNamedType(field.type);
      const possible: readonly GraphQLObjectType[] = isAbstractType(named) ? schema.getPossibleTypes(named) : isObjectType(named) ? [named] : [];
      if (!possible.some((each) => rules.has(each.name))) continue;
      const resolve = (field.resolve ?? defaultFieldResolver) as GraphQLFieldResolver<unknown, FieldContext>;
      field.resolve = guarded(resolve, rules, `${object.name}.${field.name}`);
    }
  }
}

/** At once when the value is there at once: most events have no reason to wait. */
function guarded(resolve: GraphQLFieldResolver<unknown, FieldContext>, rules: AccessModel['rows'], place: string): GraphQLFieldResolver<unknown, FieldContext> {
  return (parent, args, context, info) => {
    const judge = (value: unknown): unknown => visible(value, info.returnType, { rules, place, context, info });
    const value = resolve(parent, args, context, info);
    return isThenable(value) ? Promise.resolve(value).then(judge) : judge(value);
  };
}

interface Judging {
  readonly rules: AccessModel['rows'];
  readonly place: string;
  readonly context: FieldContext;
  readonly info: GraphQLResolveInfo;
}

/** Left out of a list. */
const UNSEEN = Symbol('unseen');

function visible(value: unknown, type: GraphQLOutputType, judging: Judging): unknown {
  const one = judged(value, isNonNullType(type) ? type.ofType : type, judging);
  const settle = (found: unknown): unknown => {
    if (found !== UNSEEN) return found;
    if (!isNonNullType(type)) return null;
    throw new GraphQLError(`"${judging.place}" is not yours to see.`, { extensions: { code: 'FORBIDDEN' satisfies ErrorCode } });
  };
  return one instanceof Promise ? one.then(settle) : settle(one);
}

/** The value, or `UNSEEN`; of a list, what is left of it. */
function judged(value: unknown, type: GraphQLOutputType, judging: Judging): unknown {
  if (value === null || value === undefined || value instanceof Error) return value;
  if (isThenable(value)) return Promise.resolve(value).then((later) => judged(later, type, judging));
  if (isListType(type)) {
    // What is no list is the executor's to refuse.
    if (typeof value !== 'object' || !(Symbol.iterator in value)) return value;
    const inner = isNonNullType(type.ofType) ? type.ofType.ofType : type.ofType as GraphQLOutputType;
    const items = Array.from(value as Iterable<unknown>, (each) => judged(each, inner, judging));
    return items.some((each) => each instanceof Promise) ? Promise.all(items).then(seen) : seen(items);
  }
  const { info, context } = judging;
  if (isObjectType(type)) return judgedAs(type.name, value, judging);
  if (!isAbstractType(type)) return value;
  const name = (type.resolveType ?? defaultTypeResolver)(value, context, info, type);
  return isThenable(name) ? Promise.resolve(name).then((found) => judgedAs(found, value, judging)) : judgedAs(name, value, judging);
}

function judgedAs(type: string | undefined, value: unknown, { rules, context }: Judging): unknown {
  const own: readonly RowRule[] = type === undefined ? [] : rules.get(type) ?? [];
  return own.every((rule) => context.audience.sees(rule, (value as Readonly<Record<string, unknown>>)[rule.field])) ? value : UNSEEN;
}

/** As the executor tells: a query of drizzle is no Promise. */
const isThenable = (value: unknown): value is PromiseLike<unknown> => typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';

const seen = (items: readonly unknown[]): unknown[] => items.filter((each) => each !== UNSEEN);
