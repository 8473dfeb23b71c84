import { parseConstValue, type ConstDirectiveNode, type FieldDefinitionNode, type UnionTypeDefinitionNode } from 'graphql';
import { directive, field, inputValue, requiresScopes } from './node.js';

/** Root fields about API keys, revocation and tickets. */
export const CREDENTIAL_FIELDS = ['apiKeys', 'createApiKey', 'revokeApiKey', 'revokeTokens', 'createStreamTicket'] as const;

/** `@requiresScopes(scopes: [["sluice:admin"]])`. */
export const adminOnly = (): ConstDirectiveNode => requiresScopes(parseConstValue('[["sluice:admin"]]', { noLocation: true }));

export function credentialQueryFields(from: UnionTypeDefinitionNode): FieldDefinitionNode[] {
  return [admin(field('apiKeys', {
    type: '[ApiKey!]!', from,
    description: 'The API keys of the tenant, the latest first. Those that expired or were revoked are listed for 90 days more.',
  }, [
    inputValue('first', { type: 'Int!', default: '100', description: 'At most so many; up to 500.', from }),
    inputValue('after', { type: 'ID', description: 'Go on after the key with this id, the last of the page before.', from }),
  ]))];
}

export function credentialMutationFields(from: UnionTypeDefinitionNode): FieldDefinitionNode[] {
  const reason = inputValue('reason', { type: 'String', description: 'Kept with the revocation; at most 1,000 characters.', from });
  return [
    admin(field('createApiKey', { type: 'CreateApiKeyPayload!', from, description: 'Make an API key for a service, in the tenant of the caller. A tenant has at most 1,000 that are good.' }, [
      inputValue('input', { type: 'CreateApiKeyInput!', description: 'What the key is for, and what it may do.', from }),
    ])),
    admin(field('revokeApiKey', { type: 'RevokeApiKeyPayload!', from, description: 'Revoke an API key of the tenant. Within 5 s no gateway accepts it, and what is open with it has ended.' }, [
      inputValue('id', { type: 'ID!', description: 'Its id.', from }),
      reason,
    ])),
    admin(field('revokeTokens', {
      type: 'RevokeTokensPayload!', from,
      description: 'Revoke one token, or every token of somebody that was issued until now, in the tenant of the caller. Within 5 s no gateway accepts them, and what is open with them has ended. Exactly one of `sub` and `jti` is given.',
    }, [
      inputValue('sub', { type: 'ID', description: 'Whose tokens: the claim `sub`. Tokens that say (`iat`) that they were issued more than 5 s later are good.', from }),
      inputValue('jti', { type: 'ID', description: 'Which token: the claim `jti`.', from }),
      inputValue('expiresAt', { type: 'DateTime', description: 'When that token expires, if you know: with `jti` only. Default: as late as a token may.', from }),
      reason,
    ])),
    {
      ...field('createStreamTicket', {
        type: 'StreamTicket!', from,
        description: 'Make a ticket for one operation of the caller, for clients that cannot send a header, such as EventSource. Good for 60 s. A caller has at most 100 that are not used.',
      }),
      directives: [directive('authenticated')],
    },
  ];
}

const admin = (made: FieldDefinitionNode): FieldDefinitionNode => ({ ...made, directives: [adminOnly()] });
