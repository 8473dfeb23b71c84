import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { waitFor } from './wait.js';

export interface FrameOptions {
  /** First bits of the frame: FIN and the reserved ones. Default FIN alone. */
  readonly flags?: number;
  readonly masked?: boolean;
}

export const TEXT = 1;
export const CONTINUATION = 0;
export const BINARY = 2;
export const PING = 9;
export const FIN = 0x80;

/** A WebSocket whose every byte the test chooses. */
export interface RawSocket {
  readonly socket: Socket;
  /** Texts that came. */
  readonly texts: readonly string[];
  /** Of the close frame; undefined while none has come. */
  readonly closed: { readonly code: number; readonly reason: string } | undefined;
  /** The connection is gone. */
  readonly gone: boolean;
  frame(opcode: number, payload: Uint8Array | string, options?: FrameOptions): void;
  send(message: object): void;
  /** Waits for the close frame. */
  closing(): Promise<{ readonly code: number; readonly reason: string }>;
  text(containing: string): Promise<string>;
}

/** Opens one by hand. `headers`: whole lines. */
export async function openRaw(port: number, { protocol = 'graphql-transport-ws', headers = [], path = '/graphql' }: { readonly protocol?: string | null; readonly headers?: readonly string[]; readonly path?: string } = {}): Promise<RawSocket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write([
    `GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(protocol === null ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]), ...headers, '', '',
  ].join('\r\n'));
  const texts: string[] = [];
  let closed: RawSocket['closed'];
  let gone = false;
  let rest: Buffer = Buffer.alloc(0);
  let head = '';
  socket.on('error', () => {
    gone = true;
  });
  socket.on('close', () => {
    gone = true;
  });
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    if (head === '') {
      const end = rest.indexOf('\r\n\r\n');
      if (end === -1) return;
      head = rest.subarray(0, end).toString();
      rest = rest.subarray(end + 4);
    }
    for (let found = takeFrame(rest); found !== undefined; found = takeFrame(rest)) {
      rest = found.rest;
      if (found.opcode === TEXT) texts.push(found.payload.toString());
      if (found.opcode === 8) closed = { code: found.payload.readUInt16BE(0), reason: found.payload.subarray(2).toString() };
    }
  });
  await waitFor(() => head !== '' || gone);
  if (!head.startsWith('HTTP/1.1 101')) throw new Error(`not opened: ${head}`);
  const frame: RawSocket['frame'] = (opcode, payload, { flags = FIN, masked = true } = {}) => {
    const data = Buffer.from(payload as Uint8Array);
    const mask = masked ? 0x80 : 0;
    const length = data.length < 126 ? Buffer.from([mask | data.length])
      : data.length < 65_536 ? Buffer.from([mask | 126, data.length >> 8, data.length & 0xff])
        : Buffer.concat([Buffer.from([mask | 127, 0, 0, 0, 0]), uint32(data.length)]);
    // A mask of zeros leaves the payload as it is.
    socket.write(Buffer.concat([Buffer.from([flags | opcode]), length, masked ? Buffer.alloc(4) : Buffer.alloc(0), data]));
  };
  return {
    socket,
    texts,
    get closed() {
      return closed;
    },
    get gone() {
      return gone;
    },
    frame,
    send: (message) => frame(TEXT, JSON.stringify(message)),
    closing: () => waitFor(() => closed, { what: 'a close frame' }),
    text: (containing) => waitFor(() => texts.find((text) => text.includes(containing)), { what: containing }),
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function takeFrame(bytes: Buffer): { readonly opcode: number; readonly payload: Buffer; readonly rest: Buffer } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] ?? 0) & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < start + length) return undefined;
  return { opcode: (bytes[0] ?? 0) & 0x0f, payload: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
}
