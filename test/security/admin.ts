import { post } from './ways.js';

export type RevokeWhat = { readonly jti: string } | { readonly sub: string } | { readonly keyId: string };

/** Revokes, by the mutations of admins. The gateway that answers knows of it. */
export async function revoke(url: string, token: string, what: RevokeWhat): Promise<void> {
  if ('keyId' in what) await post(url, token, 'mutation($id: ID!) { revokeApiKey(id: $id) { apiKey { id } } }', { id: what.keyId });
  else await post(url, token, 'mutation($sub: ID, $jti: ID) { revokeTokens(sub: $sub, jti: $jti) { __typename } }', what);
}

/** Makes an API key: its id, and the key itself as services send it. */
export async function createKey(url: string, token: string, input: { readonly name: string; readonly scopes: readonly string[] }): Promise<{ readonly id: string; readonly key: string }> {
  const { createApiKey } = await post<{ createApiKey: { apiKey: { id: string }; secret: string } }>(
    url, token, 'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }', { input });
  return { id: createApiKey.apiKey.id, key: createApiKey.secret };
}

/** A ticket for one operation of whoever asks. */
export async function createTicket(url: string, token: string): Promise<string> {
  return (await post<{ createStreamTicket: { ticket: string } }>(url, token, 'mutation { createStreamTicket { ticket } }')).createStreamTicket.ticket;
}
