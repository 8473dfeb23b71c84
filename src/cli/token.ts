import { InvalidArgumentError, type Command } from 'commander';
import { makeCommand } from './command.js';
import { readConfig } from './config.js';
import { readDuration } from '../base/duration.js';
import { CommandError } from './exit-codes.js';
import { mintToken } from './mint-token.js';
import { writeAll } from './terminal/output.js';

/** Milliseconds. */
const LONGEST = 365 * 86_400_000;
const AN_HOUR = 3_600_000;

interface Options {
  readonly sub: string;
  readonly scope: string;
  readonly tenant?: string;
  /** Milliseconds. */
  readonly expires?: number;
}

export function tokenCommand(): Command {
  return makeCommand({
    name: 'token',
    description: 'Signs a token (JWT, HS256) with SLUICE_JWT_SECRET and prints it: for development, tests and scripts. In production an identity provider '
      + 'or your own service gives tokens to people. It asks no gateway and no database.',
    examples: [
      ['export SLUICE_TOKEN=$(sluice token --sub ada --scope sluice:admin)', 'an operator, for the other commands in this terminal'],
      ['sluice token --sub c-7 --scope "orders:read orders:publish" --expires 15m', 'what a customer would have'],
    ],
    exits: {
      done: 'Printed.',
      usage: 'Wrong use, or SLUICE_JWT_SECRET is not set.',
    },
  })
    .requiredOption('--sub <name>', 'Who it is.', readText)
    .option('--scope <scopes>', 'Scopes, separated by spaces; sluice:admin holds every one.', '')
    .option('--tenant <name>', 'Tenant. Default: none, which is the tenant "default".', readText)
    .option('--expires <duration>', 'How long it is good, such as 90s, 15m, 8h or 30d; at most 365d. Default: 1h.', readExpiry)
    .action((options: Options) => token(options));
}

function readText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It takes text.');
  return text;
}

function readExpiry(text: string): number {
  const duration = readDuration(text);
  // A token says its end in whole seconds.
  if (duration === null || duration === 0 || duration % 1_000 > 0 || duration > LONGEST) throw new InvalidArgumentError('It takes a duration such as 90s, 15m, 8h or 30d, at most 365d.');
  return duration;
}

async function token({ sub, scope, tenant, expires = AN_HOUR }: Options): Promise<void> {
  const { jwtSecret: secret, jwtIssuer: issuer, jwtAudience: audience } = readConfig([], process.env);
  if (secret === null) throw new CommandError('usage', 'Set SLUICE_JWT_SECRET to the secret of the gateway. (With SLUICE_JWKS_URL only the identity provider can sign tokens.)');
  await writeAll(process.stdout, `${await mintToken({ secret, issuer, audience, sub, scope, tenant: tenant ?? null, expiresIn: expires / 1_000 })}\n`);
}
