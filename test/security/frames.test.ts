import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { bearer, createOwners, guarded, guardedApplication } from '../support/security.js';
import { followOn, type Follow } from './follow.js';
import { frame, openFrames, type Frames } from './raw-frames.js';
import { params, RawSocket } from './raw-socket.js';
import { publish } from './ways.js';

let gateways: TestGateways;
let gateway: Gateway;
let neighbour: RawSocket;
let follow: Follow;
const { application } = guardedApplication();

beforeAll(async () => {
  gateways = await createGateways();
  await createOwners(gateways.sql, ['default']);
  gateway = await gateways.start(guarded(application, { checkpointInterval: 50 }));
  neighbour = new RawSocket(gateway.url, { params: params(await bearer.plain()) });
  await neighbour.opened();
  follow = followOn(neighbour, { query: 'subscription { bulletinEvents { node { ... on BulletinPosted { bulletinId } } } }' });
  await follow.established();
});
afterAll(async () => {
  neighbour.close();
  await gateways.close();
});

const TEXT = 1;
const BINARY = 2;
const text = (payload: Buffer | string): Buffer => frame(payload, { opcode: TEXT });
const init = text('{"type":"connection_init"}');
const MIB = 1024 * 1024;

/** A header that claims this much, without what it claims. */
const claim = (bytes: bigint): Buffer => frame('{', { opcode: TEXT, claims: bytes });

const WRONG: readonly (readonly [string, readonly number[], () => readonly Buffer[]])[] = [
  ['an unmasked frame', [1002], () => [frame('{"type":"connection_init"}', { opcode: TEXT, masked: false })]],
  ['a reserved bit', [1002], () => [frame('{}', { opcode: TEXT, reserved: 1 })]],
  ['compression that was not agreed on', [1002], () => [frame('{}', { opcode: TEXT, reserved: 4 })]],
  ['an opcode nobody knows', [1002], () => [frame('{}', { opcode: 5 })]],
  ['a continuation of nothing', [1002], () => [frame('{}', { opcode: 0 })]],
  ['a message inside a message', [1002], () => [frame('{', { opcode: TEXT, final: false }), text('{}')]],
  ['a ping in fragments', [1002], () => [frame('', { opcode: 9, final: false })]],
  ['a ping of more than 125 bytes', [1002], () => [frame('x'.repeat(126), { opcode: 9 })]],
  ['a close with a code that is none', [1002], () => [frame(Buffer.from([0x03, 0xee]), { opcode: 8 })]],
  ['text that is no UTF-8', [1007], () => [text(Buffer.from([0x7b, 0xc3, 0x28, 0x7d]))]],
  ['text that is no UTF-8 across fragments', [1007], () => [frame(Buffer.from([0x7b, 0xe2, 0x82]), { opcode: TEXT, final: false }), frame(Buffer.from([0x28, 0x7d]), { opcode: 0 })]],
  ['a lone surrogate', [1007], () => [text(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))]],
  ['an overlong U+0000', [1007], () => [text(Buffer.from([0x22, 0xc0, 0x80, 0x22]))]],
  ['a message of more than 8 MiB', [1009], () => [text(Buffer.alloc(8 * MIB + 1, 0x20))]],
  ['a header that claims more than 8 MiB', [1009], () => [claim(9n * BigInt(MIB))]],
  ['a header that claims more than 2^53', [1009, 1002], () => [claim(2n ** 60n)]],
  ['fragments of more than 8 MiB together', [1009], () => [frame(Buffer.alloc(5 * MIB, 0x20), { opcode: TEXT, final: false }), frame(Buffer.alloc(4 * MIB, 0x20), { opcode: 0 })]],
  ['a binary message', [4400, 1003], () => [frame('{"type":"connection_init"}', { opcode: BINARY })]],
];

describe('frames that are wrong close their socket, with a code, and nothing else', () => {
  async function expectClosed(codes: readonly number[], write: (frames: Frames) => void | Promise<void>): Promise<void> {
    const frames = await openFrames(gateway.url);
    try {
      await write(frames);
      expect(codes).toContain(await frames.closed());
    } finally {
      frames.end();
    }
    // Its neighbour has noticed nothing.
    const seen = follow.results.length;
    const [receipt] = await publish(gateway.url, await bearer.admin(), [{ bulletinPosted: { bulletinId: 'next' } }]);
    await follow.reached(receipt?.cursor ?? '');
    expect(follow.results.length).toBe(seen + 1);
  }

  it.each(WRONG)('%s', (_what, codes, make) => expectClosed(codes, (frames) => frames.write(...make())));

  it.each(WRONG)('%s, after connection_ack', (_what, codes, make) => expectClosed(codes, async (frames) => {
    frames.write(init);
    await frames.saw('connection_ack');
    frames.write(...make());
  }));

  it('what is right but comes in pieces is taken: fragments with a ping between them, and single bytes', async () => {
    const frames = await openFrames(gateway.url);
    const message = '{"type":"subscribe","id":"ü","payload":{"query":"{ open }"}}';
    const bytes = Buffer.from(message);
    frames.write(init);
    await frames.saw('connection_ack');
    // In the middle of the ü.
    const cut = bytes.indexOf(0xc3) + 1;
    frames.write(frame(bytes.subarray(0, cut), { opcode: TEXT, final: false }), frame('', { opcode: 0, final: false }), frame('hi', { opcode: 9 }), frame(bytes.subarray(cut), { opcode: 0 }));
    await frames.saw('"complete"');
    for (const byte of text(message.replace('ü', 'b'))) frames.write(Buffer.from([byte]));
    await frames.saw('"id":"b"');
    expect(frames.texts().join()).toContain('"open"');
    frames.end();
  });
});
