import { createClient } from 'graphql-ws/client';
import type { Client, ClientOptions, FormattedExecutionResult, Sink, SubscribePayload } from 'graphql-ws/client';
import { backoffMs } from './backoff.js';
import { createDeadline } from './deadline.js';
import { cursorOf } from './delivery.js';
import { cursorErrorOf } from './errors.js';
import { createProgress, type EventClient, type Follower, type FollowRequest } from './follow.js';
import { iterateResults } from './iterate.js';
import * as resume from './resume.js';
import { announceSockets, silence } from './socket.js';
import { authorizedUntil, createTokenKeeper, renewalPing, TokenRejectedError, type TokenSource } from './token.js';

type Params = Record<string, unknown> | undefined;

/**
 * The options of graphql-ws' `createClient`, with these defaults: `keepAlive` 10 s, `retryAttempts` Infinity,
 * `retryWait` full jitter capped at 4 s, `shouldRetry` everything that has to do with the connection.
 */
export interface ResumableClientOptions<P extends Params = Params> extends ClientOptions<P> {
  /**
   * Called whenever the cursor of an operation has moved: its start cursor (the subscription is established), an
   * event that its sink has taken, a checkpoint. What it throws counts as thrown by the sink or the ping listener.
   */
  onCheckpoint?: (id: string, cursor: string) => void;
  /**
   * Milliseconds of silence after a keep-alive ping; past them the socket is given up (close 4499) and a new one
   * opened. Default 5,000; 0 or Infinity: wait forever.
   */
  pongTimeout?: number;
  /**
   * Milliseconds from opening a socket to the server's acknowledgement, the user's `connectionParams` included; past
   * them the attempt is given up and repeated. Default 10,000; 0 or Infinity: wait forever.
   */
  connectTimeout?: number;
  /**
   * Who the client is: sent as `authorization` in the connectionParams of every connection. A function is asked again before
   * the token expires, and the open socket renewed with the new one: no subscription is lost. Default: nobody.
   */
  token?: TokenSource;
}

/** What happens to a subscription besides its results. */
interface Watcher {
  checkpoint(cursor: string): void;
  lost(): void;
}

export interface ResumableClient extends Client, EventClient {
  /** Operation id → cursor of every established subscription; a copy. */
  cursors(): Readonly<Record<string, string>>;
}

/**
 * A graphql-ws client whose subscriptions survive the connection: after a reconnect each goes on behind the last event
 * its sink has taken. To be used wherever a graphql-ws `Client` is (Apollo's `GraphQLWsLink`, urql's
 * `subscriptionExchange`, Relay).
 *
 * Retries never end by themselves. What ends a subscription is its own `complete` or error, among them the typed cursor
 * errors (`cursorErrorOf`), and the close codes that are fatal to graphql-ws (4400, 4401, 4406, 4409, 4429, 4500, …).
 * With `token`, 4401 and 4403 are answered by a fresh token; `TokenRejectedError` ends the subscriptions when there is none: three
 * fresh ones were rejected in a row, the same comes again (after 4403 five times), or the token is a text.
 * A sink that throws ends every subscription of the client, as in graphql-ws; its event is not counted as taken.
 * Rejections of the user's `connectionParams` go to `on.error` and are retried like a lost connection (a token endpoint
 * is often behind the same network), unless the user's `shouldRetry` says otherwise.
 */
export function createResumableClient<P extends Params = Params>(
  options: ResumableClientOptions<P>,
): ResumableClient {
  const { onCheckpoint, pongTimeout = 5_000, connectTimeout = 10_000, connectionParams, on, token, ...rest } = options;
  const { keepAlive = 10_000, retryAttempts = Infinity, shouldRetry = isConnectionFailure } = rest;
  const tokens = token === undefined ? undefined : createTokenKeeper({ source: token, patience: connectTimeout, send: sendToken, trouble: (reason) => on?.error?.(reason) });
  const operations: resume.Operations = new Map();
  const watchers = new Map<string, Watcher>();
  /** Retries since the server last sent anything of use; an acknowledgement alone is no success. */
  let attempts = 0;
  let created = 0;
  let lastId = '';
  let socket: WebSocket | undefined;

  // terminate() and not close(): on a dead network the closing handshake takes as long as the network stays dead.
  const pong = createDeadline(pongTimeout, () => client.terminate());
  const acknowledgement = createDeadline(connectTimeout, () => client.terminate());

  function adopt(next: WebSocket): void {
    if (socket) silence(socket);
    socket = next;
    acknowledgement.start();
  }

  function sendToken(fresh: string): void {
    // 1: open. One that is closing will come back with a token of its own.
    if (socket?.readyState === 1) socket.send(renewalPing(fresh));
  }

  /** graphql-ws never comes back after 4401, and always after 4403. */
  function judge({ code, reason }: { readonly code: number; readonly reason: string }): Promise<object> | undefined {
    if (tokens === undefined || (code !== 4401 && code !== 4403)) return undefined;
    return tokens.rejected(code, reason).then((over) => over ?? { code: 4403, reason, wasClean: true });
  }

  /** Something of use came. */
  function proven(): void {
    attempts = 0;
    tokens?.proven();
  }

  function lost(): void {
    tokens?.lost();
    pong.stop();
    acknowledgement.stop();
    // `ws` emits messages also while it closes. Its events would reach nobody, then its checkpoint would pass them.
    if (socket) socket.onmessage = null;
    for (const watcher of [...watchers.values()]) watcher.lost();
  }

  function moved(id: string, cursor: string): void {
    if (resume.advance(operations, id, cursor)) onCheckpoint?.(id, cursor);
  }

  async function params(): Promise<Params> {
    const mine = socket;
    try {
      const given = await tokens?.forConnection();
      const own = typeof connectionParams === 'function' ? await connectionParams() : connectionParams;
      return resume.connectionParamsOf(operations, given == null ? own : { ...own, authorization: `Bearer ${given}` });
    } catch (reason) {
      if (options.shouldRetry?.(reason) === false) throw reason;
      on?.error?.(reason);
      // graphql-ws would close with 4005, and that close arriving late would be fatal to the next attempt.
      if (mine === socket) client.terminate();
      return undefined;
    }
  }

  const Impl = webSocketOf(options);
  const client = createClient<Params>({
    ...rest,
    keepAlive,
    retryAttempts,
    shouldRetry: (reason) => !(reason instanceof TokenRejectedError) && shouldRetry(reason),
    retryWait: options.retryWait ?? (() => wait(backoffMs(attempts++, Math.random()))),
    ...(Impl && { webSocketImpl: announceSockets(Impl, adopt, judge) }),
    connectionParams: params,
    generateID: (payload) => {
      // A number suffices, since an id means something on one socket only, and it is part of every frame.
      lastId = options.generateID?.(payload) ?? String(++created);
      return lastId;
    },
    on: {
      ...on,
      connected(...args) {
        acknowledgement.stop();
        tokens?.accepted(authorizedUntil(args[1])?.expiresAt);
        on?.connected?.(...args);
      },
      message(message) {
        // Not `stop`: graphql-ws sends its next ping only after a pong.
        pong.putOff();
        on?.message?.(message);
      },
      ping(received, payload) {
        if (!received) pong.start();
        for (const [id, cursor] of received ? resume.cursorsOfPing(payload) : []) {
          proven();
          moved(id, cursor);
          watchers.get(id)?.checkpoint(cursor);
        }
        on?.ping?.(received, payload);
      },
      pong(received, payload) {
        if (received) pong.stop();
        const authorized = received ? authorizedUntil(payload) : undefined;
        if (authorized !== undefined) tokens?.accepted(authorized.expiresAt);
        on?.pong?.(received, payload);
      },
      closed(event) {
        lost();
        on?.closed?.(event);
      },
      error(error) {
        lost();
        on?.error?.(error);
      },
    },
  });

  function subscribe<Data, Extensions>(
    payload: SubscribePayload,
    sink: Sink<FormattedExecutionResult<Data, Extensions>>,
    watcher?: Watcher,
  ): () => void {
    let over = false;
    let id = '';
    const end = (): void => {
      // Once: the late `complete` of a disposed operation must not forget a newer one with the same id.
      if (over) return;
      over = true;
      resume.forget(operations, id);
      watchers.delete(id);
    };
    const dispose = client.subscribe<Data, Extensions>(payload, {
      next(result) {
        sink.next(result);
        proven();
        if (over) return;
        const cursor = resume.cursorOfResult(result.extensions);
        if (cursor !== undefined) moved(id, cursor);
        else if (cursorErrorOf(result.errors)) resume.reset(operations, id);
      },
      error(reason) {
        end();
        sink.error(reason);
      },
      complete() {
        end();
        sink.complete();
      },
    });
    id = lastId;
    resume.begin(operations, id);
    if (watcher) watchers.set(id, watcher);
    return () => {
      end();
      dispose();
    };
  }

  function follow(request: FollowRequest, follower: Follower): () => void {
    const progress = createProgress((status) => follower.status(status));
    let over = false;
    const payload: SubscribePayload = { query: request.query, variables: { ...request.variables }, operationName: request.operationName ?? null };
    const stop = subscribe<Record<string, unknown>, unknown>(payload, {
      next(result) {
        if (over) return;
        progress.established();
        const cursor = cursorOf(result);
        if (cursor !== undefined) return follower.next(result, cursor);
        // Only what cannot begin has no cursor.
        dispose();
        follower.error(result.errors ?? new Error('The gateway sent an event without a cursor.'));
      },
      error: (reason) => {
        if (!over) follower.error(reason);
      },
      complete: () => {
        if (!over) follower.complete();
      },
    }, {
      checkpoint(cursor) {
        follower.checkpoint(cursor);
        progress.checkpoint();
      },
      lost: () => progress.lost(),
    });
    function dispose(): void {
      over = true;
      stop();
    }
    return dispose;
  }

  return {
    ...client,
    subscribe: (payload, sink) => subscribe(payload, sink),
    follow,
    iterate: <Data, Extensions>(payload: SubscribePayload) =>
      iterateResults<FormattedExecutionResult<Data, Extensions>>((sink) => subscribe(payload, sink)),
    cursors: () => resume.cursorsOf(operations),
    async dispose() {
      try {
        await client.dispose();
      } catch (reason) {
        // graphql-ws waits for the attempt in progress. That it failed is on `on.error`, and leaves nothing to close.
        if (!isConnectionFailure(reason)) throw reason;
      }
    },
  };
}

/** Close events and the bare error events of sockets; not what a sink or a parser throws. */
function isConnectionFailure(reason: unknown): boolean {
  if (typeof reason !== 'object' || reason === null) return false;
  return ('code' in reason && 'reason' in reason) || !(reason instanceof Error);
}

function webSocketOf(options: ClientOptions<Params>): typeof WebSocket | undefined {
  const impl = options.webSocketImpl ?? (typeof WebSocket === 'undefined' ? undefined : WebSocket);
  // graphql-ws types it unknown, checks its shape, and says so when it is none.
  return typeof impl === 'function' ? (impl as typeof WebSocket) : undefined;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
