import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { waitFor } from '../support/wait.js';

export interface FrameOptions {
  readonly opcode: number;
  /** Default true. */
  readonly final?: boolean;
  /** Default true, as a client must. */
  readonly masked?: boolean;
  /** Reserved bits 1 to 3. */
  readonly reserved?: number;
  /** Length that the header claims, when it is not the payload's. */
  readonly claims?: bigint;
}

/** One frame of RFC 6455, right or wrong. */
export function frame(payload: Buffer | string, { opcode, final = true, masked = true, reserved = 0, claims }: FrameOptions): Buffer {
  const bytes = Buffer.from(payload);
  const length = claims ?? BigInt(bytes.length);
  const head = Buffer.alloc(length < 126n ? 2 : length < 65_536n ? 4 : 10);
  head.writeUInt8((final ? 0x80 : 0) | (reserved << 4) | opcode, 0);
  const bit = masked ? 0x80 : 0;
  if (head.length === 2) head.writeUInt8(bit | Number(length), 1);
  else if (head.length === 4) {
    head.writeUInt8(bit | 126, 1);
    head.writeUInt16BE(Number(length), 2);
  } else {
    head.writeUInt8(bit | 127, 1);
    head.writeBigUInt64BE(length, 2);
  }
  if (!masked) return Buffer.concat([head, bytes]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

/** A WebSocket made by hand, over TCP. */
export interface Frames {
  write(...frames: readonly Buffer[]): void;
  /** The texts that the server has sent. */
  texts(): string[];
  /** The code of the server's close frame; 1006 when it cut the connection without one. */
  closed(): Promise<number>;
  /** Resolves when the server has sent a text with this in it. */
  saw(part: string): Promise<void>;
  end(): void;
}

export async function openFrames(url: string, protocol = 'graphql-transport-ws'): Promise<Frames> {
  const { hostname, port } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  let received = Buffer.alloc(0);
  let gone = false;
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
  });
  socket.on('close', () => {
    gone = true;
  });
  socket.on('error', () => {
    gone = true;
  });
  socket.write(`GET /graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`);
  await waitFor(() => received.includes('\r\n\r\n'), { what: 'the upgrade' });
  if (!received.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(received.toString('latin1').split('\r\n', 1)[0]);
  received = received.subarray(received.indexOf('\r\n\r\n') + 4);
  return {
    write: (...frames) => socket.write(Buffer.concat(frames)),
    texts: () => read(received).filter(({ opcode }) => opcode === 1).map(({ payload }) => payload.toString()),
    async closed() {
      await waitFor(() => gone || read(received).some(({ opcode }) => opcode === 8), { what: 'a close frame' });
      const close = read(received).find(({ opcode }) => opcode === 8);
      return close === undefined ? 1006 : close.payload.readUInt16BE(0);
    },
    async saw(part) {
      await waitFor(() => read(received).some(({ payload }) => payload.includes(part)), { what: part });
    },
    end: () => socket.destroy(),
  };
}

function read(bytes: Buffer): { readonly opcode: number; readonly payload: Buffer }[] {
  const frames: { opcode: number; payload: Buffer }[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const short = bytes.readUInt8(at + 1) & 0x7f;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (at + header > bytes.length) break;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    if (at + header + length > bytes.length) break;
    frames.push({ opcode: bytes.readUInt8(at) & 0x0f, payload: bytes.subarray(at + header, at + header + length) });
    at += header + length;
  }
  return frames;
}
