import { DEFAULT_TENANT } from '../auth/principal.js';
import { checkServer, sqlState, type Sql } from '../db/connect.js';
import { GATEWAY_MIGRATIONS, migrate, readMigrations } from '../db/migrate.js';
import { SluiceError } from '../base/error.js';
import { readDuration } from '../base/duration.js';
import { readDatabaseConfig, useDatabase, type DatabaseOptions } from './database.js';
import { CommandError } from './exit-codes.js';

export interface CredentialOptions extends DatabaseOptions {
  readonly tenant?: string;
  readonly json?: true;
}

export const TENANT_OPTION = ['--tenant <tenant>', 'Whose. Default: default, as for tokens without the claim tenant.'] as const;

const TAKES = 'a time from now (12h, 90d) or a moment with its zone (2027-01-01T00:00:00Z)';

/** A moment to come. `now` is the present time in milliseconds. Errors: `CommandError` (usage). */
export function readMoment(flag: string, text: string, now: number): Date {
  const duration = readDuration(text);
  const moment = new Date(duration !== null ? now + duration : /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? text : Number.NaN);
  if (!(moment.getTime() > now)) throw new CommandError('usage', `${flag} takes ${TAKES}, which is not past; not "${text}".`);
  return moment;
}

/**
 * Works on the credentials in the database, as `useDatabase` does. What is to be changed is migrated first, so that a key can be
 * made before the first gateway starts. Errors: `CommandError`.
 */
export async function onCredentials<T>(options: CredentialOptions, { readOnly }: { readonly readOnly: boolean }, work: (sql: Sql, tenant: string) => Promise<T>): Promise<T> {
  try {
    return await useDatabase(readDatabaseConfig(options), { readOnly }, async (url, sql) => {
      await checkServer(sql);
      const pending = (await readMigrations(sql, GATEWAY_MIGRATIONS)).filter(({ state }) => state === 'pending');
      if (pending.length > 0 && readOnly) throw new CommandError('failed', 'The database was not migrated yet: `sluice migrate` does it.');
      // Not when there is nothing to do: whoever revokes need not have the right to make tables.
      if (pending.length > 0) await migrate(url, [GATEWAY_MIGRATIONS]);
      return await work(sql, options.tenant ?? DEFAULT_TENANT);
    });
  } catch (error) {
    if (error instanceof SluiceError) throw new CommandError(error.code === 'BAD_USER_INPUT' ? 'usage' : 'failed', error.message, { cause: error });
    if (sqlState(error) === '55P03') throw new CommandError('failed', 'Somebody else holds the row. Nothing has happened; try again.', { cause: error });
    throw error;
  }
}
