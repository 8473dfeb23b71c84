import type { Principal } from '../auth/principal.js';
import type { Session } from '../auth/session.js';
import type { GatewayContext } from './context.js';

/** Marks a resolver that reads who asks, so that what it gives is not shared between callers. */
export const READS_PRINCIPAL = Symbol('reads the principal');

/** A resolver of a query or mutation that is told who asks: its context has `principal`. */
export function withPrincipal<Parent, Args, Context extends Partial<GatewayContext>, Info, Result>(
  resolver: (parent: Parent, args: Args, context: Context & { readonly principal: Principal }, info: Info) => Result,
): (parent: Parent, args: Args, context: Context, info: Info) => Result {
  const marked = (parent: Parent, args: Args, context: Context, info: Info): Result => {
    const { principal } = (context as unknown as { readonly session: Session }).session;
    return resolver(parent, args, { ...context, principal }, info);
  };
  return Object.assign(marked, { [READS_PRINCIPAL]: true });
}
