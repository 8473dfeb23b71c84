import type { EraseResult } from '../eraser.js';
import type { OperationContext, Runtime } from '../runtime.js';

/** `eraseKey`, in the caller's tenant. */
export function eraseResolvers(runtime: Runtime) {
  return {
    eraseKey: (_root: unknown, args: { readonly topic: string; readonly key: string; readonly reason?: string | null }, context: OperationContext): Promise<EraseResult> =>
      runtime.eraser.erase({ ...args, tenant: context.tenant, principal: context.session.principal.name }),
  };
}
