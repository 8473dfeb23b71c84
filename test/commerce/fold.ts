import type { Sql } from 'postgres';

/** What the shop is after its events, or after its transactions: the two must be the same. */
export interface ShopState {
  readonly orders: Readonly<Record<string, { readonly status: string; readonly lines: readonly (readonly [sku: string, quantity: number])[] }>>;
  readonly payments: Readonly<Record<string, { readonly orderId: string; readonly amount: number; readonly status: string }>>;
  readonly stock: Readonly<Record<string, number>>;
}

interface Payload {
  readonly orderId: string;
  readonly paymentId: string;
  readonly sku: string;
  readonly stock: number;
  readonly delta: number;
  readonly quantity: number;
  readonly amount: { readonly amount: number };
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** What an order may be before each of its events. */
const ORDER_STEPS: Readonly<Record<string, { readonly from: readonly (string | undefined)[]; readonly to: string }>> = {
  OrderPlaced: { from: [undefined], to: 'PLACED' },
  OrderPaid: { from: ['PLACED'], to: 'PAID' },
  OrderShipped: { from: ['PAID'], to: 'SHIPPED' },
  OrderCancelled: { from: ['PLACED', 'PAID'], to: 'CANCELLED' },
};
const PAYMENT_STEPS: typeof ORDER_STEPS = {
  PaymentCaptured: { from: [undefined], to: 'CAPTURED' },
  PaymentFailed: { from: [undefined], to: 'FAILED' },
  PaymentRefunded: { from: ['CAPTURED'], to: 'REFUNDED' },
};

/** Folds the whole log, in its order. Throws at an event that cannot follow those before it. */
export async function foldLog(sql: Sql): Promise<ShopState> {
  const orders: Record<string, { status: string; lines: (readonly [string, number])[] }> = {};
  const payments: Record<string, { orderId: string; amount: number; status: string }> = {};
  const stock: Record<string, number> = {};
  const next = (what: string, step: { readonly from: readonly (string | undefined)[]; readonly to: string }, was: string | undefined): string => {
    if (!step.from.includes(was)) throw new Error(`${what} after ${was ?? 'nothing'}`);
    return step.to;
  };
  for (const { type, payload } of await sql<{ type: string; payload: Payload }[]>`SELECT type, payload FROM sluice.events ORDER BY position`) {
    const what = `${type} ${JSON.stringify(payload)}`;
    const { orderId, paymentId, sku } = payload;
    const [orderStep, paymentStep] = [ORDER_STEPS[type], PAYMENT_STEPS[type]];
    if (orderStep !== undefined) {
      const status = next(what, orderStep, orders[orderId]?.status);
      orders[orderId] = { status, lines: orders[orderId]?.lines ?? payload.lines.map((line) => [line.sku, line.quantity]) };
    } else if (paymentStep !== undefined) {
      const status = next(what, paymentStep, payments[paymentId]?.status);
      payments[paymentId] = { orderId, amount: payload.amount.amount, status };
    } else if (type === 'StockAdjusted' || type === 'StockReserved') {
      stock[sku] = (stock[sku] ?? 0) + (type === 'StockAdjusted' ? payload.delta : -payload.quantity);
      if (stock[sku] !== payload.stock || payload.stock < 0) throw new Error(`${what} where the events so far make ${stock[sku]}`);
    } else if (type === 'StockDepleted' && stock[sku] !== 0) {
      throw new Error(`${what} with ${stock[sku]} left`);
    }
  }
  return { orders, payments, stock };
}

export async function readRows(sql: Sql): Promise<ShopState> {
  const lines = await sql<{ orderId: string; sku: string; quantity: number }[]>`SELECT order_id AS "orderId", sku, quantity FROM commerce.order_lines ORDER BY id`;
  const orders = await sql<{ id: string; status: string }[]>`SELECT id, status FROM commerce.orders`;
  const payments = await sql<{ id: string; orderId: string; amount: number; status: string }[]>`SELECT id, order_id AS "orderId", amount_amount AS amount, status FROM commerce.payments`;
  const products = await sql<{ sku: string; stock: number }[]>`SELECT sku, stock FROM commerce.products`;
  return {
    orders: Object.fromEntries(orders.map(({ id, status }) => [id, { status, lines: lines.filter((line) => line.orderId === id).map((line) => [line.sku, line.quantity] as const) }])),
    payments: Object.fromEntries(payments.map(({ id, ...payment }) => [id, payment])),
    stock: Object.fromEntries(products.map(({ sku, stock }) => [sku, stock])),
  };
}
