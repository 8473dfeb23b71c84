import { and, asc, desc, eq, gte, lte } from 'drizzle-orm';
import { badInput } from '../../event/limits.js';
import type { QueryResolvers } from '../generated/graphql.js';
import { dayOf } from '../processors/spend-window.js';
import { readRows } from '../rows.js';
import { channelStock as channelStockTable, dailyRevenue as dailyRevenueTable, fraudCases as fraudCasesTable, mails as mailsTable } from '../tables.js';
import { checkedFirst } from './queries.js';

/* What the processors have made. */

const MAX_CASES = 200;
const MAX_MAILS = 200;
const MAX_REVENUE = 1_000;
const DAY_MS = 24 * 60 * 60_000;
/** Days before `to` that are shown when `from` is left out. */
const WEEK = 6;

export const dailyRevenue: NonNullable<QueryResolvers['dailyRevenue']> = async (_parent, { from, to, sku, first }, context) => {
  const count = checkedFirst(first ?? 200, MAX_REVENUE);
  const last = to == null ? dayOf(Date.now()) : checkedDay(to, 'to');
  const earliest = from == null ? dayOf(Date.parse(last) - WEEK * DAY_MS) : checkedDay(from, 'from');
  if (earliest > last) throw badInput(`from: "${earliest}" is later than "${last}", the last day. Send the earlier day as from.`);
  const { day, sku: number, currency } = dailyRevenueTable;
  const rows = await readRows(context).select(dailyRevenueTable, and(gte(day, earliest), lte(day, last), sku == null ? undefined : eq(number, stored(sku, 'sku'))))
    .orderBy(desc(day), asc(number), asc(currency)).limit(count);
  return rows.map((row) => ({ ...row, amount: { amount: row.amount, currency: row.currency } }));
};

export const fraudCases: NonNullable<QueryResolvers['fraudCases']> = async (_parent, { first, status, customerId }, context) => {
  const count = checkedFirst(first ?? 50, MAX_CASES);
  const rows = await readRows(context).select(fraudCasesTable, and(
    status == null ? undefined : eq(fraudCasesTable.status, status), customerId == null ? undefined : eq(fraudCasesTable.customerId, stored(customerId, 'customerId')),
  )).orderBy(desc(fraudCasesTable.openedAt), desc(fraudCasesTable.id)).limit(count);
  return rows.map(({ spentAmount, spentCurrency, ...row }) => ({ ...row, spent: { amount: spentAmount, currency: spentCurrency } }));
};

export const channelStock: NonNullable<QueryResolvers['channelStock']> = async (_parent, { sku }, context) => {
  const rows = await readRows(context).select(channelStockTable, eq(channelStockTable.sku, stored(sku, 'sku'))).orderBy(asc(channelStockTable.channel));
  return rows.map((row) => ({ ...row, position: String(row.position) }));
};

export const mails: NonNullable<QueryResolvers['mails']> = (_parent, { first, customerId }, context) =>
  readRows(context).select(mailsTable, customerId == null ? undefined : eq(mailsTable.customerId, stored(customerId, 'customerId')))
    .orderBy(desc(mailsTable.sentAt), desc(mailsTable.id)).limit(checkedFirst(first ?? 50, MAX_MAILS));

/** A day that exists, such as `2026-03-01`. */
function checkedDay(text: string, path: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  if (day === null || Number.isNaN(day.getTime()) || dayOf(day) !== text) throw badInput(`${path}: "${text}" is no day. Send one such as "2026-03-01".`);
  return text;
}

/** A text that a column may hold. */
function stored(text: string, path: string): string {
  if (text.includes('\0')) throw badInput(`${path}: contains a character that none has.`);
  return text;
}
