import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSalesChannel, type SalesChannel } from '../../src/commerce/demo/sales-channel.js';
import { createShop, type Shop } from '../support/commerce.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let shop: Shop;
let channel: SalesChannel;
const warnings: string[] = [];

beforeAll(async () => {
  shop = await createShop();
  channel = await startSalesChannel({ name: 'market', databaseUrl: shop.url, log: { warn: (line) => void warnings.push(line) } });
});
afterAll(async () => {
  await channel.close();
  await shop.close();
});

const event = (type: string, position: number, data: object): string =>
  JSON.stringify({ specversion: '1.0', id: 'e', source: 'test', type, sluicetenant: 'default', sluiceposition: String(position), data });

/** A request as Standard Webhooks has it; `age` in seconds. */
async function send(body: string, { secret = SECRET, age = 0, extra = '' } = {}): Promise<number> {
  const timestamp = String(Math.floor(Date.now() / 1_000) - age);
  const signature = createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(`msg.${timestamp}.${body}`).digest('base64');
  const response = await fetch(channel.url, { method: 'POST', body, headers: { 'webhook-id': 'msg', 'webhook-timestamp': timestamp, 'webhook-signature': `${extra}v1,${signature}` } });
  return response.status;
}

const told = async (sku: string): Promise<unknown> => (await shop.query('channelStock', { sku })).map(({ channel: name, stock, position }) => [name, stock, position]);

test('what was not signed by the sender is refused', async () => {
  const body = event('StockAdjusted', 1, { sku: 'CUP', delta: 5, stock: 5, reason: null });
  expect(await send(body)).toBe(401);
  channel.trust(SECRET);
  expect(await send(body, { secret: `whsec_${Buffer.alloc(32, 8).toString('base64')}` })).toBe(401);
  expect(await send(body, { age: 600 })).toBe(401);
  expect((await fetch(channel.url, { method: 'POST', body })).status).toBe(401);
  expect(await told('CUP')).toEqual([]);
  // During a rotation there are several signatures.
  expect(await send(body, { extra: 'v1,AAAA v2,xyz ' })).toBe(204);
  expect(await told('CUP')).toEqual([['market', 5, '1']]);
});

test('what is no event of stock is refused', async () => {
  for (const body of ['', '{', '[]', event('StockAdjusted', 9, {})]) expect(await send(body), body).toBe(400);
  // Nothing about stock, as what testWebhook sends.
  expect(await send(event('sluice.test', 9, { webhook: 'inventory-sync' }))).toBe(204);
  expect(await send(' '.repeat(70_000))).toBe(413);
  expect(await told('CUP')).toEqual([['market', 5, '1']]);
});

// Against an earlier event that comes late: positions are compared.
test('in whatever order and how often events come, the latest counts', async () => {
  const events = [
    event('StockReserved', 12, { sku: 'TEA', orderId: 'o', quantity: 1, stock: 3 }), event('StockAdjusted', 10, { sku: 'TEA', delta: 4, stock: 4 }),
    event('StockReserved', 12, { sku: 'TEA', orderId: 'o', quantity: 1, stock: 3 }), event('StockReserved', 11, { sku: 'TEA', orderId: 'o', quantity: 1, stock: 9 }),
  ];
  for (const body of events) expect(await send(body)).toBe(204);
  expect(await told('TEA')).toEqual([['market', 3, '12']]);
  await Promise.all([event('StockDepleted', 14, { sku: 'TEA' }), event('StockReserved', 13, { sku: 'TEA', orderId: 'p', quantity: 3, stock: 0 }), ...events].map((body) => send(body)));
  expect(await told('TEA')).toEqual([['market', 0, '14']]);
  expect(warnings).toEqual([]);
});
