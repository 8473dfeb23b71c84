import type { GraphQLResolveInfo } from 'graphql';
import type { Principal } from '../../auth/principal.js';
import type { GatewayContext } from '../context.js';

/** The context of a resolver that knows who asks. */
export type PrincipalContext<Context = GatewayContext> = Context & { readonly principal: Principal };

const principals = new WeakMap<object, Principal>();
const marked = new WeakSet<object>();

/**
 * Makes a resolver that may look at the caller: its context has `principal`. Without it no resolver knows who asks, because
 * subscribers that may see the same share what is executed for an event. An operation that selects a field made with this
 * on an event is executed for each principal apart, which costs as much more as there are principals.
 */
export function withPrincipal<Parent, Arguments, Context extends object, Result>(
  resolver: (parent: Parent, args: Arguments, context: PrincipalContext<Context>, info: GraphQLResolveInfo) => Result,
): (parent: Parent, args: Arguments, context: Context, info: GraphQLResolveInfo) => Result {
  const made = (parent: Parent, args: Arguments, context: Context, info: GraphQLResolveInfo): Result => {
    const principal = principals.get(context);
    if (principal === undefined) throw new Error('A resolver made by withPrincipal is called only for a field of the schema that the application gives it for.');
    return resolver(parent, args, { ...context, principal }, info);
  };
  marked.add(made);
  return made;
}

/** Lets resolvers made by `withPrincipal` know the principal of this context. */
export function knowPrincipal<Context extends object>(context: Context, principal: Principal): Context {
  principals.set(context, principal);
  return context;
}

/** `Type.field` of every resolver made by `withPrincipal`. */
export function principalFields(resolvers: Readonly<Record<string, object>>): ReadonlySet<string> {
  return new Set(Object.entries(resolvers).flatMap(([type, fields]) => Object.entries(fields as Record<string, unknown>)
    .filter(([, resolver]) => isMarked(resolver) || (typeof resolver === 'object' && resolver !== null && 'resolve' in resolver && isMarked(resolver.resolve)))
    .map(([field]) => `${type}.${field}`)));
}

const isMarked = (value: unknown): boolean => typeof value === 'function' && marked.has(value);
