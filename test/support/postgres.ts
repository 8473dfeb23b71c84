import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { inject, type ProvidedContext } from 'vitest';

export interface TestDatabase {
  readonly url: string;
  /** A pool of 4 on the database; `drop()` ends it. */
  readonly sql: Sql;
  /** Drops the database; throws, and says who, when a connection of another client is still open after 5 s. */
  drop(): Promise<void>;
}

const LEAK_MS = 5_000;

/** A fresh database with the migrations of the gateway, or those of the example shop as well. */
export function createMigrated(what: keyof ProvidedContext['templates'] = 'gateway'): Promise<TestDatabase> {
  return createDatabase(inject('templates')[what]);
}

/** A fresh database, a copy of `template` (default: an empty one). Nobody may be connected to the template meanwhile. */
export async function createDatabase(template?: string): Promise<TestDatabase> {
  const serverUrl = inject('databaseUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(serverUrl, async (admin) => {
    await admin`create database ${admin(name)} template ${admin(template ?? 'template0')}`;
  });
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const sql = postgres(url.href, { max: 4, onnotice: () => undefined, connection: { application_name: 'test' } });
  return { url: url.href, sql, drop: () => drop(serverUrl, name, sql) };
}

async function drop(serverUrl: string, name: string, sql: Sql): Promise<void> {
  await sql.end({ timeout: 5 });
  await asAdmin(serverUrl, async (admin) => {
    const deadline = performance.now() + LEAK_MS;
    for (;;) {
      const leaks = await admin<{ application_name: string; state: string | null; query: string }[]>`
        select application_name, state, query from pg_stat_activity where datname = ${name} and backend_type = 'client backend'`;
      if (leaks.length === 0) break;
      if (performance.now() > deadline) {
        await admin`drop database ${admin(name)} with (force)`;
        const list = leaks.map((leak) => `  ${leak.application_name || '(no name)'} [${leak.state ?? '?'}]: ${leak.query.slice(0, 200)}`);
        throw new Error(`${leaks.length} connections to ${name} were left open (a pool that nobody ended?):\n${list.join('\n')}`);
      }
      await delay(10);
    }
    await admin`drop database ${admin(name)}`;
  });
}

async function asAdmin(url: string, work: (admin: Sql) => Promise<void>): Promise<void> {
  const admin = postgres(url, { max: 1, onnotice: () => undefined, connection: { application_name: 'test-admin' } });
  try {
    await work(admin);
  } finally {
    await admin.end({ timeout: 5 });
  }
}
