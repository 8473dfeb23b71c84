import type { Command } from 'commander';
import { MAX_TOKEN_LIFE, revoke, type RevokeRequest } from '../auth/revoke.js';
import { makeCommand } from './command.js';
import { onCredentials, readMoment, TENANT_OPTION, type CredentialOptions } from './credentials.js';
import { withDatabase } from './database.js';
import { CommandError } from './exit-codes.js';
import { writeAll } from './terminal/output.js';
import { jsonLine, printable } from './terminal/printable.js';

interface Options extends CredentialOptions {
  readonly sub?: string;
  readonly jti?: string;
  readonly expires?: string;
  readonly reason?: string;
}

export function revokeCommand(): Command {
  const command = makeCommand({
    name: 'revoke',
    description: 'Revokes tokens: all of somebody that were issued until now, or one. Within 5 s no gateway accepts them, and what is open with them has ended. '
      + 'It works on the database, so it needs no token. API keys: sluice keys revoke.',
    examples: [
      ['sluice revoke --sub ann', 'sign somebody out everywhere; tokens issued later are good'],
      ['sluice revoke --jti 5f1d --expires 2027-01-01T00:00:00Z --reason "laptop stolen"', 'one token'],
    ],
    exits: {
      done: 'Revoked.',
      failed: 'As many revocations as gateways remember are there already.',
      unreachable: 'The database does not answer.',
      usage: 'Wrong use, or a wrong setting.',
    },
  })
    .option('--sub <sub>', 'Whose tokens: their claim sub.')
    .option('--jti <jti>', 'Which token: its claim jti.')
    .option('--expires <when>', `With --jti: when the token expires, as a time from now (12h, 90d) or a moment; it is remembered until then. Default: as late as a token may, ${MAX_TOKEN_LIFE / 86_400_000}d.`)
    .option('--reason <text>', 'Kept with the revocation.')
    .option(...TENANT_OPTION)
    .option('--json', 'One JSON object: { kind, value, tenant, revokedAt, rememberedUntil }.');
  return withDatabase(command).action((options: Options) => run(options));
}

async function run(options: Options): Promise<void> {
  const { sub, jti, expires, reason = null } = options;
  if ((sub === undefined) === (jti === undefined)) throw new CommandError('usage', 'Say what to revoke: either --sub or --jti.');
  const [kind, value]: [RevokeRequest['kind'], string] = sub === undefined ? ['jti', jti ?? ''] : ['sub', sub];
  const expiresAt = expires === undefined ? null : readMoment('--expires', expires, Date.now());
  const done = await onCredentials(options, { readOnly: false }, async (sql, tenant) => ({ tenant, revoked: await revoke(sql, { tenant, kind, value, expiresAt, reason, revokedBy: null }, true) }));
  if (done.revoked === null) throw new Error('only of a key can it be unknown');
  const [revokedAt, rememberedUntil] = [new Date(done.revoked.revokedAt).toISOString(), new Date(done.revoked.until).toISOString()];
  await writeAll(process.stdout, options.json
    ? jsonLine({ kind, value, tenant: done.tenant, revokedAt, rememberedUntil })
    : `${printable(`Revoked at ${revokedAt}: ${kind} ${value} of tenant ${done.tenant}. Remembered until ${rememberedUntil}.`)}\n`);
}
