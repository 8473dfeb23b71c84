import { balanceOf, unaccounted, type Balance, type PublishedEvent } from '../support/balance.js';
import { setOnFire, type Burnt } from '../support/fire.js';
import type { TestGateways } from '../support/gateway.js';
import { callsTo, openShop, paymentsByOthers, visit, writePayments } from './shop-payments.js';

/** The shop's consumers, each with its order key. */
const CONSUMERS: Readonly<Record<string, (event: PublishedEvent) => string>> = {
  'fraud': ({ payload }) => String(payload['customerId']),
  'revenue': ({ occurredAt }) => occurredAt.toISOString().slice(0, 10),
  'order-routing': ({ key }) => key,
  'welcome-mail': ({ key }) => key,
};

export interface ShopFire extends Burnt {
  /** Of each consumer, at the end. */
  readonly accounts: Readonly<Record<string, Balance>>;
  /** Balances that were looked at while it raged, and those of them in which something was missing or there twice. */
  readonly balances: number;
  readonly wrongBalances: readonly Balance[];
  /** Events that were delivered before the last of them. */
  readonly meanwhile: number;
  /** Cases of fraud, and payments that came too late to count for one. */
  readonly cases: number;
  readonly late: number;
}

/** Visitors at once. */
const LANES = 4;

/**
 * Freezes are written down as they commit, in `freezes`, and attempts at a mail, in `welcomes`; every third attempt at a freeze fails when
 * half of it is written, and every 200th row of revenue.
 */
const MEASURES = `
  CREATE TABLE freezes (what text NOT NULL, id text NOT NULL);
  CREATE FUNCTION note_freeze() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO freezes VALUES (TG_TABLE_NAME, NEW.id); RETURN NEW; END $$;
  CREATE TRIGGER note_freeze AFTER UPDATE OF frozen_at ON commerce.customers FOR EACH ROW EXECUTE FUNCTION note_freeze();
  CREATE TRIGGER note_freeze AFTER UPDATE OF frozen_at ON commerce.fraud_cases FOR EACH ROW EXECUTE FUNCTION note_freeze();
  CREATE TABLE welcomes (recipient text NOT NULL);
  CREATE FUNCTION note_welcome() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO welcomes VALUES (NEW.recipient); RETURN NEW; END $$;
  CREATE TRIGGER note_welcome BEFORE INSERT ON commerce.mails FOR EACH ROW EXECUTE FUNCTION note_welcome();
  CREATE SEQUENCE tries;
  CREATE FUNCTION fail_at_times() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('tries') % TG_ARGV[0]::int = 0 THEN RAISE EXCEPTION 'fails at times'; END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER fail_at_times BEFORE UPDATE OF frozen_at ON commerce.customers FOR EACH ROW EXECUTE FUNCTION fail_at_times(3);
  CREATE TRIGGER fail_at_times BEFORE INSERT ON commerce.daily_revenue FOR EACH ROW EXECUTE FUNCTION fail_at_times(200);`;

/** Sets gateways with the shop's own processors on fire; `door` is the URL of one that runs none, and takes the calls. Times in milliseconds. */
export async function burnShop({ databaseUrl, sql }: TestGateways, door: string, { ms, payments, leaseMs }: { readonly ms: number; readonly payments: number; readonly leaseMs: number }): Promise<ShopFire> {
  await sql.unsafe(MEASURES);
  const call = callsTo(door);
  const shop = await openShop(call, Math.max(16, Math.floor(payments / 100)));
  const visits = Math.floor(payments * 0.03);
  const balances: Balance[] = [];
  const balance = (name: string): Promise<Balance> => balanceOf(sql, name, CONSUMERS[name] ?? String);
  const accounts = async (): Promise<Record<string, Balance>> => Object.fromEntries(await Promise.all(Object.keys(CONSUMERS).map(async (name) => [name, await balance(name)] as const)));
  const inShop = Array.from({ length: visits }, (_, number) => (number % 3 === 0 ? 1 : 2)).reduce((all, each) => all + each, 0);
  const others = paymentsByOthers(shop, payments - inShop);
  const burnt = await setOnFire({
    databaseUrl, sql, ms, leaseMs, worker: 'test/commerce/shop-worker.ts',
    async publish(pace) {
      const step = 50;
      const written = (async () => {
        for (let from = 0; from < others.length; from += step) {
          await writePayments(sql, others.slice(from, from + step));
          await pace((from + step) / others.length);
        }
      })();
      const lanes = Array.from({ length: LANES }, async (_, lane) => {
        for (let number = lane; number < visits; number += LANES) {
          await visit(call, number);
          await pace(number / visits);
        }
      });
      await Promise.all([written, ...lanes]);
    },
    watch: async () => void balances.push(...Object.values(await accounts())),
    async isOver() {
      const [{ waiting } = { waiting: 1 }] = await sql<{ waiting: number }[]>`SELECT count(*)::int AS waiting FROM sluice.outbox`;
      const all = await accounts();
      return waiting === 0 && all['fraud']?.published === payments && Object.values(all).every(({ pending }) => pending === 0);
    },
    describe: accounts,
  });
  const [made] = await sql<{ cases: number; late: number }[]>`SELECT (SELECT count(*)::int FROM commerce.fraud_cases) AS cases, (SELECT sum(late)::int FROM sluice.consumer_slots) AS late`;
  return {
    ...burnt, cases: made?.cases ?? 0, late: made?.late ?? 0, accounts: await accounts(), balances: balances.length, wrongBalances: balances.filter((each) => unaccounted(each) !== 0),
    meanwhile: balances.slice(-Object.keys(CONSUMERS).length).reduce((all, { delivered }) => all + delivered, 0),
  };
}
