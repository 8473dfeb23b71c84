import { Argument, type Command } from 'commander';
import { createApiKey, findApiKey, listApiKeys, type ApiKey } from '../auth/api-keys.js';
import { revoke } from '../auth/revoke.js';
import type { Sql } from '../db/connect.js';
import { collect, makeCommand } from './command.js';
import { onCredentials, readMoment, TENANT_OPTION, type CredentialOptions } from './credentials.js';
import { withDatabase } from './database.js';
import { CommandError } from './exit-codes.js';
import { writeAll } from './terminal/output.js';
import { jsonLine, printable } from './terminal/printable.js';
import { styleFor, widthOf } from './terminal/style.js';
import { createTable } from './terminal/table.js';

interface Options extends CredentialOptions {
  readonly scope?: readonly string[];
  readonly expires?: string;
  readonly reason?: string;
}

const PAGE = 500;

export function keysCommand(): Command {
  const command = makeCommand({
    name: 'keys',
    description: 'Makes, lists and revokes API keys, with which services call a gateway. It works on the database: the first key can be made before any '
      + 'gateway runs. A key is printed once, by `create`, alone on stdout; only a hash of it is stored.',
    examples: [
      ['KEY=$(sluice keys create billing --scope orders:read --scope payments:publish --expires 90d)', 'a key for a service'],
      ['sluice keys create ops --scope sluice:admin', 'the first key of an administrator'],
      ['sluice keys list', 'what keys there are, and when each was last used'],
      ['sluice keys revoke 0f3a9c51d2e84b76', 'within 5 s no gateway accepts it'],
    ],
    exits: {
      done: 'Done.',
      failed: 'There is no such key, the tenant has too many, or the database was not migrated.',
      unreachable: 'The database does not answer; or, for `list`, there is none.',
      usage: 'Wrong use, or a wrong setting.',
    },
  })
    .addArgument(new Argument('<action>', 'What to do.').choices(['create', 'list', 'revoke']))
    .argument('[which]', 'Of create: what the key is for. Of revoke: its id.')
    .option('--scope <scope>', 'Of create: what it may do, such as orders:read. May be given several times.', collect)
    .option('--expires <when>', 'Of create: a time from now (12h, 90d) or a moment (2027-01-01T00:00:00Z). Default: when it is revoked.')
    .option('--reason <text>', 'Of revoke: kept with the revocation.')
    .option(...TENANT_OPTION)
    .option('--json', 'JSON: of create { id, secret, … }, of list an object a line, of revoke the key.');
  return withDatabase(command).action((action: 'create' | 'list' | 'revoke', which: string | undefined, options: Options) => {
    if (action === 'list') return list(which, options);
    if (which === undefined) throw new CommandError('usage', action === 'create' ? 'Say what the key is for: sluice keys create billing --scope orders:read' : 'Say which key: sluice keys revoke <id>; `sluice keys list` has the ids.');
    return action === 'create' ? create(which, options) : end(which, options);
  });
}

async function create(name: string, options: Options): Promise<void> {
  const expiresAt = options.expires === undefined ? null : readMoment('--expires', options.expires, Date.now());
  const { apiKey, secret } = await onCredentials(options, { readOnly: false }, (sql, tenant) => createApiKey(sql, { tenant, name, scopes: options.scope ?? [], expiresAt, createdBy: null }));
  await writeAll(process.stdout, options.json ? jsonLine({ ...apiKey, secret }) : `${secret}\n`);
  if (options.json) return;
  const may = apiKey.scopes.length === 0 ? 'without any scope' : `for ${apiKey.scopes.join(' ')}`;
  process.stderr.write(`${printable(`Key ${apiKey.id} (${apiKey.name}) of tenant ${apiKey.tenant}, ${may}, ${apiKey.expiresAt === null ? 'until it is revoked' : `until ${apiKey.expiresAt.toISOString()}`}. It is not shown again.`)}\n`);
}

async function list(which: string | undefined, options: Options): Promise<void> {
  if (which !== undefined) throw new CommandError('usage', '`list` takes no further argument.');
  const keys = await onCredentials(options, { readOnly: true }, readAll);
  if (options.json) return writeAll(process.stdout, keys.map(jsonLine).join(''));
  const table = createTable({ head: ['id', 'name', 'state', 'last used', 'made', 'scopes'], width: widthOf(process.stdout), style: styleFor(process.stdout) });
  const day = (date: Date | null): string => date?.toISOString().slice(0, 16).replace('T', ' ') ?? 'never';
  await writeAll(process.stdout, table(keys.map((key) => [key.id, key.name, stateOf(key), day(key.lastUsedAt), day(key.createdAt), key.scopes.join(' ')])));
}

async function readAll(sql: Sql, tenant: string): Promise<ApiKey[]> {
  const keys: ApiKey[] = [];
  for (;;) {
    const page = await listApiKeys(sql, { tenant, first: PAGE, after: keys.at(-1)?.id ?? null });
    keys.push(...page);
    if (page.length < PAGE) return keys;
  }
}

function stateOf({ expiresAt, revokedAt }: ApiKey): string {
  if (revokedAt !== null) return 'revoked';
  if (expiresAt === null) return 'good';
  return expiresAt.getTime() <= Date.now() ? 'expired' : `good until ${expiresAt.toISOString().slice(0, 10)}`;
}

async function end(id: string, options: Options): Promise<void> {
  const key = await onCredentials(options, { readOnly: false }, async (sql, tenant) => {
    const revoked = await revoke(sql, { tenant, kind: 'key', value: id, reason: options.reason ?? null, revokedBy: null }, true);
    return revoked === null ? null : findApiKey(sql, tenant, id);
  });
  if (key === null) throw new CommandError('failed', `There is no key ${id} of this tenant. \`sluice keys list\` has the ids; --tenant names another tenant.`);
  await writeAll(process.stdout, options.json ? jsonLine(key) : `${printable(`Key ${key.id} (${key.name}) is revoked. Within 5 s no gateway accepts it.`)}\n`);
}
