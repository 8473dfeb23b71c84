import type { Sql } from 'postgres';
import { query } from '../support/gateway.js';

const PRODUCTS = [
  { sku: 'beans-250', name: 'House blend, 250 g', amount: 890, stock: 400 },
  { sku: 'beans-1000', name: 'House blend, 1 kg', amount: 2990, stock: 400 },
  { sku: 'filters', name: 'Paper filters, 100 pieces', amount: 450, stock: 400 },
  { sku: 'grinder', name: 'Hand grinder', amount: 6900, stock: 5 },
] as const;
const NAMES = ['Ada Silva', 'Bruno Adler', 'Carla Moreau', 'Davi Demir', 'Elif Unger', 'Farid Kowalski'] as const;

/** A shop that sells through the public mutations of whichever gateway is named, and by SQL where there is none. */
export interface Counter {
  /**
   * Places this many orders; of four, one stays as it is, one is paid, one is shipped as well, one is cancelled. The last
   * event of an order goes through `sql` when that is given: to the outbox, as a service without GraphQL would.
   */
  sell(url: string, orders: number, sql?: Sql): Promise<void>;
}

export async function openCounter(url: string): Promise<Counter> {
  for (const { sku, name, amount, stock } of PRODUCTS) {
    await done(url, 'mutation($input: AdjustStockInput!) { done: adjustStock(input: $input) { sku } }', { input: { sku, name, delta: stock, price: { amount, currency: 'EUR' } } });
  }
  const customers: { id: string; name: string }[] = [];
  for (const name of NAMES) {
    const { customerId } = await done<{ customerId: string }>(url, 'mutation($input: RegisterCustomerInput!) { done: registerCustomer(input: $input) { customerId } }', {
      input: { name, email: `${name.toLowerCase().replace(' ', '.')}@example.org` },
    });
    customers.push({ id: customerId, name });
  }
  let sold = 0;
  return {
    async sell(at, orders, sql) {
      for (let count = 0; count < orders; count += 1) {
        const turn = sold++;
        const customer = customers[turn % customers.length];
        const product = PRODUCTS[turn % 3];
        if (customer === undefined || product === undefined) throw new RangeError('a shop without customers or products');
        const { orderId, total } = await done<{ orderId: string; total: unknown }>(at, 'mutation($input: PlaceOrderInput!) { done: placeOrder(input: $input) { orderId total { amount currency } } }', {
          input: { customerId: customer.id, lines: [{ sku: product.sku, quantity: 1 + (turn % 2) }] },
        });
        const facts = { orderId, customerId: customer.id };
        const paid = { type: 'OrderPaid', payload: { ...facts, paymentId: `payment-${turn}`, amount: total } };
        const steps = [
          [],
          [paid],
          [paid, { type: 'OrderShipped', payload: { ...facts, carrier: 'Cargo Bike', trackingNumber: `C${turn}` } }],
          [{ type: 'OrderCancelled', payload: { ...facts, reason: 'ordered twice' } }],
        ][turn % 4] ?? [];
        for (const [index, { type, payload }] of steps.entries()) {
          if (sql !== undefined && index === steps.length - 1) await sql`INSERT INTO sluice.outbox (type, payload) VALUES (${type}, ${sql.json(payload as never)})`;
          else await done(at, `mutation($input: ${type}Input!) { done: publish${type}(input: $input) { eventId } }`, { input: payload });
        }
      }
    },
  };
}

async function done<T>(url: string, text: string, variables: object): Promise<T> {
  const { data, errors } = await query<{ done: T }>(url, text, variables);
  if (data == null) throw new Error(JSON.stringify(errors));
  return data.done;
}
