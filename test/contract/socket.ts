import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import WebSocket from 'ws';
import { waitFor } from '../support/wait.js';
import type { Result, WireError } from './subscription.js';

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: Result & readonly WireError[] & { readonly sluice?: { readonly cursors?: Readonly<Record<string, string>> } };
}

/** A socket with nothing between the test and the protocol. */
export interface Socket {
  readonly messages: readonly Message[];
  /** What came for an operation, in order. */
  of(id: string): Message[];
  /** The code it was closed with. */
  readonly closed: number | undefined;
  send(message: object): void;
  subscribe(id: string, query: string, variables?: object): void;
  wait(condition: (messages: readonly Message[]) => boolean, what: string): Promise<void>;
  close(): void;
}

/** Opens a socket and waits for the acknowledgement. */
export async function openSocket(url: string, params: object = {}): Promise<Socket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, GRAPHQL_TRANSPORT_WS_PROTOCOL);
  const messages: Message[] = [];
  const send = (message: object): void => socket.send(JSON.stringify(message));
  let closed: number | undefined;
  socket.on('open', () => send({ type: 'connection_init', payload: params }));
  socket.on('message', (data) => {
    messages.push(JSON.parse((data as Buffer).toString()) as Message);
  });
  socket.on('close', (code) => {
    closed = code;
  });
  const wait: Socket['wait'] = async (condition, what) => {
    await waitFor(() => condition(messages) || closed !== undefined, { what });
    if (!condition(messages)) throw new Error(`the socket closed with ${closed} before ${what}`);
  };
  await wait((all) => all.some(({ type }) => type === 'connection_ack'), 'connection_ack');
  return {
    messages,
    of: (id) => messages.filter((message) => message.id === id),
    get closed() {
      return closed;
    },
    send,
    subscribe: (id, query, variables = {}) => send({ type: 'subscribe', id, payload: { query, variables } }),
    wait,
    close: () => socket.close(),
  };
}
