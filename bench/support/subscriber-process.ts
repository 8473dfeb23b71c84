/**
 * Bare graphql-transport-ws clients, many in one process: opens them, says so, and reports when every one of them has
 * every event, or when the parent says that the time is over.
 */
import WebSocket from 'ws';
import { machineNow } from './clock.js';
import { Samples } from './statistics.js';
import type { SubscribeOrder, SubscriberMessage } from './subscriber-messages.js';

const QUERY = 'subscription ($after: Cursor) { readingEvents(after: $after) { node { ... on ReadingTaken { sensorId sequence dueAt note meta { id position recordedAt } } } } }';

function tell(message: SubscriberMessage): void {
  process.send?.(message);
}

/** The number after `"name":` or `"name":"`. Cheaper than parsing the message: 100,000 a second may arrive on what CPU is left. */
function numberAfter(text: string, name: string): number {
  let at = text.indexOf(name);
  if (at < 0) return Number.NaN;
  at += name.length;
  if (text.charCodeAt(at) === 34) at += 1;
  return Number.parseFloat(text.slice(at, at + 24));
}

class Subscribers {
  readonly #order: SubscribeOrder;
  readonly #latency = new Samples();
  readonly #sockets: WebSocket[] = [];
  readonly #cpu = process.cpuUsage();
  #ready = 0;
  #left: number;
  #repeated = 0;
  #outOfOrder = 0;
  #askedAt = Number.POSITIVE_INFINITY;
  #lastAt = 0;
  #longestPause = 0;
  #over = false;

  constructor(order: SubscribeOrder) {
    this.#order = order;
    this.#left = order.subscribers * (order.warmUp + order.events);
    for (let index = 0; index < order.subscribers; index += 1) this.#open();
  }

  #open(): void {
    const { url, warmUp, events, after } = this.#order;
    const seen = new Uint8Array(warmUp + events);
    let position = Number.NaN;
    let deliveredAt = Number.NaN;
    let established = false;
    const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
    this.#sockets.push(socket);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { sluice: { checkpoints: true } } })));
    socket.on('error', (error) => tell({ kind: 'failed', message: error.message }));
    socket.on('close', (code) => {
      if (!this.#over) tell({ kind: 'failed', message: `a socket was closed with ${code}` });
    });
    socket.on('message', (data: Buffer) => {
      const text = data.toString('latin1');
      if (text.includes('"type":"next"')) {
        const now = machineNow();
        const sequence = numberAfter(text, '"sequence":');
        const found = numberAfter(text, '"position":');
        if (found !== position + 1 && !Number.isNaN(position)) this.#outOfOrder += 1;
        position = found;
        if (seen[sequence] !== 0) {
          // Also a sequence that nobody published, or a result without data.
          this.#repeated += 1;
          return;
        }
        seen[sequence] = 1;
        this.#lastAt = now;
        if (now - deliveredAt > this.#longestPause) this.#longestPause = now - deliveredAt;
        deliveredAt = now;
        if (sequence >= warmUp) this.#latency.add(now - numberAfter(text, '"dueAt":'));
        this.#left -= 1;
        if (this.#left === 0) this.finish();
      } else if (text.includes('"type":"connection_ack"')) {
        this.#askedAt = Math.min(this.#askedAt, machineNow());
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY, variables: { after } } }));
      } else if (text.includes('"type":"ping"')) {
        // The start cursor: from here on nothing is missed. The next says that it has caught up, others are checkpoints.
        if (!established) {
          established = true;
          this.#ready += 1;
          if (this.#ready === this.#order.subscribers) tell({ kind: 'subscribed' });
        }
      } else {
        tell({ kind: 'failed', message: text.slice(0, 500) });
      }
    });
  }

  finish(): void {
    if (this.#over) return;
    this.#over = true;
    const latency = this.#latency;
    const cpu = process.cpuUsage(this.#cpu);
    tell({
      kind: 'result',
      result: {
        p50: latency.percentile(0.5), p99: latency.percentile(0.99), p999: latency.percentile(0.999), max: latency.max,
        deliveries: latency.size, missing: this.#left, repeated: this.#repeated, outOfOrder: this.#outOfOrder,
        askedAt: this.#askedAt, lastAt: this.#lastAt, longestPause: this.#longestPause, cpuSeconds: (cpu.user + cpu.system) / 1e6,
      },
    });
    for (const socket of this.#sockets) socket.terminate();
  }
}

let subscribers: Subscribers | undefined;
process.on('message', (message: SubscribeOrder | 'finish') => {
  if (message === 'finish') subscribers?.finish();
  else subscribers = new Subscribers(message);
});
process.on('disconnect', () => process.exit(0));
