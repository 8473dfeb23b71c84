import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { z } from 'zod';
import { connect } from '../../db/connect.js';
import { ShopWriter } from '../rows.js';
import { channelStock } from '../tables.js';
import type { ShopLog } from './caller.js';

export interface SalesChannelOptions {
  /** Its name, as `channelStock` shows it. */
  readonly name: string;
  /** Where it keeps what it was told. */
  readonly databaseUrl: string;
  readonly log: Pick<ShopLog, 'warn'>;
}

/** A web server of a sales channel, which is told of stock by a webhook. */
export interface SalesChannel {
  /** Where to send events: on a free port of this machine. */
  readonly url: string;
  /** What requests are signed with from now on; before the first call all are refused. */
  trust(secret: string): void;
  /** Takes no more; ends once what it was told is kept. */
  close(): Promise<void>;
}

/** Bytes of one message at most. */
const MAX_BODY = 64 * 1024;
/** Seconds that the clock of a sender may differ. */
const TOLERANCE = 5 * 60;
const SECRET_PREFIX = 'whsec_';

/** A CloudEvent of `InventoryEvent`, as far as it matters here. */
const StockEvent = z.object({
  type: z.enum(['StockAdjusted', 'StockReserved', 'StockDepleted']),
  sluicetenant: z.string(),
  sluiceposition: z.string().regex(/^\d+$/),
  data: z.object({ sku: z.string(), stock: z.int().optional() }),
});
type StockEvent = z.infer<typeof StockEvent>;

/**
 * Verifies signatures as Standard Webhooks has it, and keeps the stock that each event says, in whatever order and how often
 * it comes: an earlier one changes nothing. 204 when it is kept, or of a type that says nothing of stock; 401 for a signature that is not of the sender, 400 and 413 for what is no
 * event, 503 while the database is away.
 */
export async function startSalesChannel({ name, databaseUrl, log }: SalesChannelOptions): Promise<SalesChannel> {
  const pool = connect({ url: databaseUrl, max: 2, name: 'sluice demo channel' });
  const db = drizzle(pool);
  let secret: string | null = null;

  const take = async (request: IncomingMessage): Promise<number> => {
    const body = await readBody(request);
    if (body === null) return 413;
    if (secret === null || !isSigned(request.headers, body, secret, Date.now())) return 401;
    const event = parse(body);
    if (event === null) return 400;
    // Of no interest, such as what testWebhook sends.
    if (event === 'other') return 204;
    try {
      await tell(new ShopWriter(db, event.sluicetenant), name, event);
      return 204;
    } catch (error) {
      log.warn(`The sales channel could not keep what it was told: ${error instanceof Error ? error.message : String(error)}`);
      return 503;
    }
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    take(request).then((status) => response.writeHead(status).end(), () => response.destroy());
  };
  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/stock`,
    trust(next) {
      secret = next;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
      await pool.end();
    },
  };
}

/** Null past `MAX_BODY`. Errors: the sender is gone. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY) chunks.push(chunk);
  }
  return bytes > MAX_BODY ? null : Buffer.concat(chunks);
}

/** Whether one of the signatures is that of the body with this secret, and the message is not old. `now` in milliseconds since 1970. */
function isSigned(headers: IncomingHttpHeaders, body: Buffer, secret: string, now: number): boolean {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((header) => headers[header]);
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false;
  if (!(Math.abs(now / 1_000 - Number(timestamp)) <= TOLERANCE)) return false;
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  return signatures.split(' ').some((each) => {
    const [version, signature = ''] = each.split(',');
    const given = Buffer.from(signature, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** Null for what is no event; `other` for one of a type that says nothing of stock. */
function parse(body: Buffer): StockEvent | 'other' | null {
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const type = z.object({ type: z.string() }).safeParse(json).data?.type;
  if (type !== undefined && !StockEvent.shape.type.safeParse(type).success) return 'other';
  return StockEvent.safeParse(json).data ?? null;
}

async function tell(rows: ShopWriter, channel: string, { type, sluiceposition, data: { sku, stock } }: StockEvent): Promise<void> {
  const left = type === 'StockDepleted' ? 0 : stock;
  if (left === undefined) return;
  await rows.put(
    channelStock, [{ channel, sku, stock: left, position: BigInt(sluiceposition) }],
    { stock: sql`excluded.stock`, position: sql`excluded.position`, updatedAt: sql`clock_timestamp()` },
    sql`${channelStock.position} < excluded.position`,
  );
}
