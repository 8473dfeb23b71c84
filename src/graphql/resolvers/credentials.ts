import type { ApiKey } from '../../auth/api-keys.js';
import type { StreamTicket } from '../../auth/tickets.js';
import type { RevokeTokensResult } from '../credentials.js';
import type { OperationContext, Runtime } from '../runtime.js';

interface CreateArguments {
  readonly input: { readonly name: string; readonly scopes: readonly string[]; readonly expiresAt?: Date | null };
}

interface RevokeArguments {
  readonly sub?: string | null;
  readonly jti?: string | null;
  readonly expiresAt?: Date | null;
  readonly reason?: string | null;
}

/** `apiKeys`, in the caller's tenant. */
export function credentialQueries({ credentials }: Runtime) {
  return {
    apiKeys: (_root: unknown, { first, after }: { readonly first: number; readonly after?: string | null }, { tenant }: OperationContext): Promise<ApiKey[]> =>
      credentials.apiKeys({ tenant, first, after: after ?? null }),
  };
}

/** The mutations about API keys, revocation and tickets, in the caller's tenant. */
export function credentialMutations({ credentials }: Runtime) {
  const by = ({ tenant, session }: OperationContext) => ({ tenant, revokedBy: session.principal.name });
  return {
    createApiKey: (_root: unknown, { input }: CreateArguments, { tenant, session }: OperationContext): Promise<{ readonly apiKey: ApiKey; readonly secret: string }> =>
      credentials.createApiKey({ ...input, expiresAt: input.expiresAt ?? null, tenant, createdBy: session.principal.name }),
    revokeApiKey: async (_root: unknown, { id, reason }: { readonly id: string; readonly reason?: string | null }, context: OperationContext): Promise<{ readonly apiKey: ApiKey }> =>
      ({ apiKey: await credentials.revokeApiKey({ ...by(context), value: id, reason: reason ?? null }) }),
    revokeTokens: (_root: unknown, args: RevokeArguments, context: OperationContext): Promise<RevokeTokensResult> =>
      credentials.revokeTokens({ ...by(context), ...args }),
    createStreamTicket: (_root: unknown, _args: object, { session }: OperationContext): Promise<StreamTicket> => credentials.issueTicket(session.principal),
  };
}
