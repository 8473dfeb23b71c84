import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/*
 * A PostgreSQL client that sends exactly the bytes it is told to, and so can stop in the middle of anything. Speaks
 * protocol 3.0 without TLS; authenticates by trust or SCRAM-SHA-256.
 */

export interface ServerMessage {
  /** The tag: `C` command complete, `E` error, `Z` ready, … */
  readonly tag: string;
  readonly body: Buffer;
}

export interface RawConnection {
  readonly processId: number;
  /** What the server has sent since it was ready for the first time. */
  readonly messages: readonly ServerMessage[];
  send(bytes: Uint8Array): void;
  /** Resets the connection: the server learns of it when it next reads or writes. */
  destroy(): void;
}

function frame(tag: string, ...parts: readonly (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)));
  const head = Buffer.alloc(tag.length + 4);
  head.write(tag, 0, 'latin1');
  head.writeInt32BE(body.length + 4, tag.length);
  return Buffer.concat([head, body]);
}

function int(bytes: 2 | 4, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

/** A statement without parameters, in the extended protocol. */
export const wire = {
  parse: (sql: string): Buffer => frame('P', '', sql, int(2, 0)),
  bind: (): Buffer => frame('B', '', '', int(2, 0), int(2, 0), int(2, 0)),
  execute: (): Buffer => frame('E', '', int(4, 0)),
  /** Asks for the answers so far; does not end the implicit transaction. */
  flush: (): Buffer => frame('H'),
  sync: (): Buffer => frame('S'),
};

/** Connects and authenticates as the URL says. */
export async function connectRaw(databaseUrl: string): Promise<RawConnection> {
  const url = new URL(databaseUrl);
  const user = decodeURIComponent(url.username);
  const socket = connect({ host: url.hostname, port: Number(url.port || 5432), noDelay: true });
  await once(socket, 'connect');
  const reader = new Reader(socket);
  socket.write(frame('', int(4, 196_608), 'user', user, 'database', url.pathname.slice(1), 'application_name', 'raw', Buffer.from([0])));
  await authenticate(socket, reader, decodeURIComponent(url.password));
  let processId = 0;
  for (let message = await reader.next(); message.tag !== 'Z'; message = await reader.next()) {
    if (message.tag === 'K') processId = message.body.readInt32BE(0);
    if (message.tag === 'E') throw new Error(`the server refused: ${message.body.toString()}`);
  }
  reader.messages.length = 0;
  return { processId, messages: reader.messages, send: (bytes) => void socket.write(bytes), destroy: () => void socket.resetAndDestroy() };
}

class Reader {
  readonly messages: ServerMessage[] = [];
  #taken = 0;
  #rest = Buffer.alloc(0);
  #wake: () => void = () => undefined;
  #error: Error | undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      while (this.#rest.length >= 5) {
        const end = 1 + this.#rest.readInt32BE(1);
        if (this.#rest.length < end) break;
        this.messages.push({ tag: String.fromCharCode(this.#rest.readUInt8(0)), body: this.#rest.subarray(5, end) });
        this.#rest = this.#rest.subarray(end);
      }
      this.#wake();
    });
    // A server that ends the session is what some tests are about; who waits for a message still learns of it.
    const fail = (error: Error): void => {
      this.#error = error;
      this.#wake();
    };
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the server closed the connection')));
  }

  /** The next message of the handshake. */
  async next(): Promise<ServerMessage> {
    for (;;) {
      const message = this.messages[this.#taken];
      if (message !== undefined) {
        this.#taken += 1;
        return message;
      }
      if (this.#error !== undefined) throw this.#error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** RFC 5802 and 7677, without channel binding. */
async function authenticate(socket: Socket, reader: Reader, password: string): Promise<void> {
  const expect = async (kind: number): Promise<Buffer> => {
    const { tag, body } = await reader.next();
    if (tag !== 'R' || body.readInt32BE(0) !== kind) throw new Error(`authentication: expected ${kind}, got ${tag} ${body.toString()}`);
    return body.subarray(4);
  };
  const first = await reader.next();
  if (first.tag !== 'R') throw new Error(`authentication: ${first.body.toString()}`);
  if (first.body.readInt32BE(0) === 0) return;
  if (first.body.readInt32BE(0) !== 10) throw new Error('only trust and scram-sha-256 are spoken here');
  const nonce = randomBytes(18).toString('base64');
  const clientFirst = `n=,r=${nonce}`;
  const initial = Buffer.from(`n,,${clientFirst}`);
  socket.write(frame('p', 'SCRAM-SHA-256', int(4, initial.length), initial));
  const serverFirst = (await expect(11)).toString();
  const fields = new Map(serverFirst.split(',').map((field) => [field.slice(0, 1), field.slice(2)]));
  const salted = pbkdf2Sync(password, Buffer.from(fields.get('s') ?? '', 'base64'), Number(fields.get('i')), 32, 'sha256');
  const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const clientKey = hmac(salted, 'Client Key');
  const clientFinal = `c=biws,r=${fields.get('r') ?? ''}`;
  const signature = hmac(createHash('sha256').update(clientKey).digest(), `${clientFirst},${serverFirst},${clientFinal}`);
  const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
  socket.write(frame('p', Buffer.from(`${clientFinal},p=${Buffer.from(proof).toString('base64')}`)));
  await expect(12);
  await expect(0);
}
