import path from 'node:path';
import { sql } from 'drizzle-orm';
import type { Application } from '../../src/graphql/application.js';
import type { GatewayContext } from '../../src/graphql/context.js';
import type { GatewayOptions } from '../../src/gateway.js';
import type { TestGateways } from './gateway.js';
import { SECRET, token } from './tokens.js';

/** What must never be seen of an error: a table, a statement, a secret. */
export const INNARDS = ['no_such_table', 'SELECT', 'hunter2', '10.1.2.3', 'node_modules', '.ts:', '    at '];

/** An application with every rule there is, which counts what of it was executed. */
export interface Guarded {
  readonly application: Application;
  /** Calls of a resolver or loader by `Type.field`; a loader counts its keys. */
  readonly calls: Map<string, number>;
  /** All of them together. */
  readonly total: number;
}

export function guardedApplication(): Guarded {
  const calls = new Map<string, number>();
  const count = (name: string, by = 1): number => {
    const now = (calls.get(name) ?? 0) + by;
    calls.set(name, now);
    return now;
  };
  const fail = (name: string): never => {
    count(name);
    throw new Error('password hunter2 refused for SELECT * FROM no_such_table at 10.1.2.3');
  };
  interface OwnerRow extends Record<string, unknown> { readonly id: string; readonly groupId: string | null; readonly name: string }
  // Not async: a statement of drizzle has a `then` and is no Promise.
  const owners = (context: GatewayContext): PromiseLike<readonly OwnerRow[]> =>
    context.db.execute<OwnerRow>(sql`SELECT id, group_id AS "groupId", name FROM owners WHERE tenant = ${context.tenant} ORDER BY id`);
  const owner = async (_root: unknown, { id }: { id: string }, context: GatewayContext): Promise<OwnerRow | null> => {
    count('Query.owner');
    return (await owners(context)).find((row) => row.id === id) ?? null;
  };
  const application: Application = {
    name: 'security',
    schema: path.resolve('test/fixtures/security'),
    migrations: [],
    loaders: {
      Account: async (keys, { tenant }) => {
        count('Account', keys.length);
        return keys.map((id) => ({ id, holder: `${tenant}/${id}` }));
      },
    },
    resolvers: {
      BulletinPosted: {
        counted: () => count('BulletinPosted.counted'),
        broken: () => fail('BulletinPosted.broken'),
      },
      Query: {
        open: () => count('Query.open'),
        echo: (_root: unknown, { value }: { value: unknown }) => {
          count('Query.echo');
          return value;
        },
        known: () => count('Query.known'),
        vault: () => count('Query.vault'),
        account: (_root: unknown, { id }: { id: string }, context: GatewayContext) => {
          count('Query.account');
          return { id, holder: `${context.tenant}/${id}` };
        },
        owner,
        ownerForSure: owner,
        lazyOwner: (root: unknown, args: { id: string }, context: GatewayContext) => lazily(() => owner(root, args, context)),
        lazyOwners: async (_root: unknown, _args: unknown, context: GatewayContext) => (await owners(context)).map((row) => lazily(() => Promise.resolve(row))),
        owners: (_root: unknown, _args: unknown, context: GatewayContext) => {
          count('Query.owners');
          return owners(context);
        },
        broken: () => fail('Query.broken'),
        brokenSql: (_root: unknown, _args: unknown, context: GatewayContext) => {
          count('Query.brokenSql');
          return context.db.execute(sql`SELECT 'hunter2' FROM no_such_table`);
        },
      },
      Mutation: {
        touch: () => count('Mutation.touch'),
        rotate: () => count('Mutation.rotate'),
        sign: () => count('Mutation.sign'),
      },
    },
  };
  return { application, calls, get total() { return [...calls.values()].reduce((sum, each) => sum + each, 0); } };
}

/** What query builders return. */
function lazily<T>(make: () => Promise<T>): PromiseLike<T> {
  return { then: (onDone, onError) => make().then(onDone, onError) };
}

/** What a gateway with authentication is started with; every rule of the fixture holds there. */
export function guarded(application: Application, options: Partial<GatewayOptions> = {}): Partial<GatewayOptions> {
  return { application, auth: { jwt: { secret: SECRET } }, ...options };
}

/** The table behind `Owner`: the same ids in every tenant, with other names. */
export async function createOwners(sqlOf: TestGateways['sql'], tenants: readonly string[], ids: readonly string[] = ['ann', 'bob']): Promise<void> {
  await sqlOf`CREATE TABLE owners (tenant text NOT NULL, id text NOT NULL, group_id text, name text NOT NULL, PRIMARY KEY (tenant, id))`;
  for (const tenant of tenants) for (const id of ids) await sqlOf`INSERT INTO owners VALUES (${tenant}, ${id}, 'all', ${`${id} of ${tenant}`})`;
}

/** Tokens by what they may do; `tenant` and the rest by choice. */
export const bearer = {
  /** Holds no scope. */
  plain: (claims: Readonly<Record<string, unknown>> = {}) => token({ sub: 'ann', ...claims }),
  scoped: (scope: string, claims: Readonly<Record<string, unknown>> = {}) => token({ sub: 'ann', scope, ...claims }),
  admin: (claims: Readonly<Record<string, unknown>> = {}) => token({ sub: 'root', scope: 'sluice:admin', ...claims }),
};
