import { expect, test } from 'vitest';
import { createSlots } from '../../src/reference/slots.js';

const never = new AbortController().signal;

test('one name has at most half of the slots, others go past it', async () => {
  const slots = createSlots(4);
  const order: string[] = [];
  const first = await slots.acquire('a', never);
  await slots.acquire('a', never);
  const third = slots.acquire('a', never).then(() => order.push('a'));
  await slots.acquire('b', never);
  order.push('b');
  first();
  await third;
  expect(order).toEqual(['b', 'a']);
});

test('a waiter leaves when its signal aborts and takes no slot afterwards', async () => {
  const slots = createSlots(1);
  const held = await slots.acquire('a', never);
  const controller = new AbortController();
  const waiting = slots.acquire('a', controller.signal);
  const next = slots.acquire('b', never);
  controller.abort(new Error('late'));
  await expect(waiting).rejects.toThrow('late');
  held();
  (await next)();
  await expect(slots.acquire('a', controller.signal)).rejects.toThrow('late');
  (await slots.acquire('a', never))();
});
