import type { IncomingMessage } from 'node:http';
import WebSocket from 'ws';
import { waitFor } from '../support/wait.js';

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

type WireErrors = readonly { readonly extensions: { readonly code: string } }[];

export interface RawSocketOptions {
  /** Null: none is offered. */
  readonly protocol?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Payload of `connection_init`; null: it is not sent. */
  readonly params?: object | null;
}

/** A socket with nothing between the test and the protocol, also one that is refused. */
export class RawSocket {
  readonly messages: Message[] = [];
  /** The code and the reason it was closed with. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** The status of an upgrade that was refused. */
  refused: number | undefined;
  readonly socket: WebSocket;

  constructor(url: string, { protocol = 'graphql-transport-ws', headers = {}, params = {} }: RawSocketOptions = {}) {
    const address = `${url.replace('http', 'ws')}/graphql`;
    this.socket = protocol === null ? new WebSocket(address, { headers }) : new WebSocket(address, protocol, { headers });
    this.socket.on('open', () => {
      if (params !== null) this.send({ type: 'connection_init', payload: params });
    });
    this.socket.on('message', (data) => this.messages.push(JSON.parse((data as Buffer).toString()) as Message));
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
    this.socket.on('unexpected-response', (request, response: IncomingMessage) => {
      this.refused = response.statusCode ?? 0;
      request.destroy();
    });
    // What follows from a refusal or a cut; `closed` and `refused` say which.
    this.socket.on('error', () => {
      this.closed ??= { code: 1006, reason: '' };
    });
  }

  /** Sends an object as JSON, a text as it is. */
  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: object = {}, more: object = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, variables, ...more } });
  }

  of(id: string): Message[] {
    return this.messages.filter((message) => message.id === id);
  }

  /** The code of the error that an operation was answered with, by `error` or by a `next` without data; null: none, or no answer yet. */
  refusal(id: string): string | null {
    for (const { type, payload } of this.of(id)) {
      const { data, errors = [] } = type === 'error' ? { data: null, errors: payload as WireErrors } : (payload ?? {}) as { data?: unknown; errors?: WireErrors };
      if ((data ?? null) === null && errors[0] !== undefined) return errors[0].extensions.code;
    }
    return null;
  }

  /** Cursors that came by ping for an operation. */
  checkpoints(id: string): string[] {
    return this.messages.flatMap(({ type, payload }) => {
      const cursor = type === 'ping' ? (payload as { sluice?: { cursors?: Record<string, string> } } | undefined)?.sluice?.cursors?.[id] : undefined;
      return cursor === undefined ? [] : [cursor];
    });
  }

  get acknowledged(): boolean {
    return this.messages.some(({ type }) => type === 'connection_ack');
  }

  /** True once it is acknowledged, false when it was closed or refused before. */
  async opened(): Promise<boolean> {
    await waitFor(() => this.acknowledged || this.closed !== undefined, { what: 'connection_ack or a close' });
    return this.acknowledged;
  }

  /** The code it is closed with; waits for that. */
  async closeCode(): Promise<number> {
    return (await waitFor(() => this.closed, { what: 'the socket to be closed' })).code;
  }

  close(): void {
    this.socket.terminate();
  }
}

/** As the documentation has it: what a client that understands checkpoints says, with its token. */
export function params(token: string | null, more: object = {}): object {
  return { sluice: { checkpoints: true }, ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...more };
}
