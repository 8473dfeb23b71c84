import { readBlocks } from '../contract/event-stream.js';
import { waitFor } from '../support/wait.js';
import { params, RawSocket } from './raw-socket.js';
import { address, type Operation } from './ways.js';

interface Result {
  readonly data?: Readonly<Record<string, { readonly cursor?: string; readonly node: unknown }>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
  readonly extensions?: { readonly sluice?: { readonly cursor?: string } };
}

/** A running subscription, the same over SSE and WebSocket. */
export interface Follow {
  readonly results: readonly Result[];
  /** `node` of each result. */
  readonly nodes: readonly unknown[];
  /** How far it has come, by the last cursor that came with an event or without. */
  readonly cursor: string | undefined;
  /** The code of the error or the close that ended it. */
  readonly end: string | number | undefined;
  readonly reason: unknown;
  /** Resolves when it has its start cursor or has ended. */
  established(): Promise<void>;
  /** Resolves when everything up to this cursor has been delivered or passed over. */
  reached(cursor: string): Promise<void>;
  stop(): void;
}

/** The position of a cursor, of which a client should know nothing. */
export function positionOf(cursor: string): number {
  return Number(Buffer.from(cursor, 'base64url').readBigUInt64BE(9));
}

abstract class Base implements Follow {
  readonly results: Result[] = [];
  cursor: string | undefined;
  end: string | number | undefined;
  reason: unknown;

  get nodes(): unknown[] {
    return this.results.flatMap(({ data }) => Object.values(data ?? {}).map(({ node }) => node));
  }

  take(result: Result): void {
    this.cursor = result.extensions?.sluice?.cursor ?? this.cursor;
    if (result.data === undefined) this.fail(result.errors);
    else this.results.push(result);
  }

  fail(errors: Result['errors']): void {
    this.reason = errors?.[0]?.extensions?.['reason'];
    this.end ??= String(errors?.[0]?.extensions?.['code']);
  }

  async established(): Promise<void> {
    await waitFor(() => this.cursor ?? this.end, { what: 'the start cursor' });
  }

  async reached(cursor: string): Promise<void> {
    const goal = positionOf(cursor);
    await waitFor(() => this.end !== undefined || (this.cursor !== undefined && positionOf(this.cursor) >= goal), { what: `position ${goal}` });
    if (this.end !== undefined) throw new Error(`the subscription ended with ${this.end} before position ${goal}`);
  }

  abstract stop(): void;
}

class OverSocket extends Base {
  readonly raw: RawSocket;
  readonly #id: string;
  #seen = 0;

  constructor(raw: RawSocket, operation: Operation, id: string) {
    super();
    this.raw = raw;
    this.#id = id;
    raw.socket.on('message', () => this.#read());
    raw.socket.on('close', (code: number) => {
      this.end ??= code;
    });
    raw.send({ type: 'subscribe', id, payload: operation });
  }

  #read(): void {
    for (const message of this.raw.messages.slice(this.#seen)) {
      this.#seen += 1;
      const given = (message.payload as { sluice?: { cursors?: Record<string, string> } } | undefined)?.sluice?.cursors?.[this.#id];
      if (message.type === 'ping' && given !== undefined) this.cursor = given;
      if (message.id !== this.#id) continue;
      if (message.type === 'next') this.take(message.payload as Result);
      else if (message.type === 'error') this.fail(message.payload as Result['errors']);
      else if (message.type === 'complete') this.end ??= 'complete';
    }
  }

  stop(): void {
    this.raw.close();
  }
}

class OverStream extends Base {
  readonly #abort = new AbortController();

  async begin(url: string, operation: Operation, headers: Record<string, string>): Promise<void> {
    const response = await fetch(address(url, operation), { headers: { accept: 'text/event-stream', ...headers }, signal: this.#abort.signal });
    if (response.status !== 200) {
      this.fail((JSON.parse(await response.text()) as Result).errors);
      return;
    }
    this.#read(response).catch((error: unknown) => {
      this.end ??= String(error);
    });
  }

  async #read(response: Response): Promise<void> {
    for await (const { id, event, data } of readBlocks(response)) {
      if (event === 'next') this.take(JSON.parse(data ?? '{}') as Result);
      else if (event === 'complete') this.end ??= 'complete';
      else if (id !== undefined) this.cursor = id;
    }
    this.end ??= 'closed';
  }

  stop(): void {
    this.#abort.abort();
  }
}

/** Begins a subscription on a socket that is open. */
export function followOn(socket: RawSocket, operation: Operation, id = 'one'): Follow {
  return new OverSocket(socket, operation, id);
}

export interface FollowWay {
  readonly name: 'SSE' | 'WebSocket';
  /** `resumeFrom`: a cursor that the transport brings. */
  follow(url: string, operation: Operation, token: string | null, resumeFrom?: string): Promise<Follow>;
}

export const FOLLOW_WAYS: readonly FollowWay[] = [
  {
    name: 'SSE',
    async follow(url, operation, token, resumeFrom) {
      const stream = new OverStream();
      await stream.begin(url, operation, { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(resumeFrom === undefined ? {} : { 'last-event-id': resumeFrom }) });
      await stream.established();
      return stream;
    },
  },
  {
    name: 'WebSocket',
    async follow(url, operation, token, resumeFrom) {
      const raw = new RawSocket(url, { params: params(token, resumeFrom === undefined ? {} : { cursors: { one: resumeFrom } }) });
      if (!await raw.opened()) throw new Error(`the socket closed with ${raw.closed?.code}`);
      const followed = followOn(raw, operation);
      await followed.established();
      return followed;
    },
  },
];
