import fc from 'fast-check';
import { readCursor, signCursor } from '../../src/event/cursor.js';
import type { LogEvent } from '../../src/event/event.js';
import { Ring } from '../../src/hub/ring.js';
import { readFrom, tell, type Reader, type Step, type Told } from '../../src/stream/handover.js';

/*
 * A log, one gateway's tail and ring, and readers that connect, stall, get cut off and resume: everything around
 * src/stream/handover.ts, as a model that fast-check drives. The ring, the cursor and the handover are the real ones.
 */

/** What happens, one at a time. `reader` and other numbers are taken modulo what there is. */
export type Command =
  | { readonly do: 'append'; readonly sizes: readonly number[] }
  /** The tail reads a page: a notification arrived, or its poll came round. A lost one is this command not happening. */
  | { readonly do: 'tail'; readonly limit: number }
  /** The tail's answer to an older question arrives again. */
  | { readonly do: 'tail again' }
  /** Retention removes what lies below. */
  | { readonly do: 'retain'; readonly part: number }
  /** The gateway forgets its ring, as after it lost sight of the log. */
  | { readonly do: 'forget' }
  | { readonly do: 'connect'; readonly from: 'NOW' | 'BEGINNING' }
  /** The reader gets the answer to what it waits for; `limit` bounds it. */
  | { readonly do: 'answer'; readonly reader: number; readonly limit: number }
  /** The question is answered now, but the answer is on its way until `arrive`: a slow page, a stalled reader. */
  | { readonly do: 'send'; readonly reader: number; readonly limit: number }
  | { readonly do: 'arrive'; readonly reader: number; readonly twice: boolean }
  /** Somebody tells the reader what it did not ask. */
  | { readonly do: 'stray'; readonly reader: number; readonly kind: Told['kind'] }
  /** The connection breaks after `kept` of the last batch's events have reached the client, which resumes from there. */
  | { readonly do: 'cut'; readonly reader: number; readonly kept: number };

const reader = fc.nat(2);
const limit = fc.integer({ min: 1, max: 4 });

export const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), sizes: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 5 }) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('tail' as const), limit }) },
    fc.record({ do: fc.constant('tail again' as const) }),
    { weight: 1, arbitrary: fc.record({ do: fc.constant('retain' as const), part: fc.nat(100) }) },
    fc.record({ do: fc.constant('forget' as const) }),
    { weight: 2, arbitrary: fc.record({ do: fc.constant('connect' as const), from: fc.constantFrom('NOW' as const, 'BEGINNING' as const) }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('answer' as const), reader, limit }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('send' as const), reader, limit }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('arrive' as const), reader, twice: fc.boolean() }) },
    fc.record({ do: fc.constant('stray' as const), reader, kind: fc.constantFrom<Told['kind']>('ring', 'page', 'moved') }),
    { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), reader, kept: fc.nat(4) }) },
  ),
  { maxLength: 60, size: 'max' },
);

/** The rules under test; a mutated copy can stand in for them. */
export interface Handover {
  readonly readFrom: typeof readFrom;
  readonly tell: typeof tell;
}

export const REAL: Handover = { readFrom, tell };

const KEY = Buffer.alloc(32, 7);
const EPOCH = '0123456789abcdef';

interface Client {
  reader: Reader;
  underWay: Told | undefined;
  /** Positions that reached the client, over all its connections. */
  readonly received: number[];
  readonly start: number;
  lastBatch: number;
  /** Told that the log does not go on from where it is. */
  ended: boolean;
}

export class World {
  readonly #handover: Handover;
  /** How often each way through was taken: a model that never gets there proves nothing. */
  readonly seen: Record<string, number>;
  readonly #log: LogEvent[] = [];
  #earliest = 1;
  readonly #ring = new Ring({ maxEvents: 4, maxBytes: 30 });
  #lastPage: readonly LogEvent[] = [];
  readonly #clients: Client[] = [];

  constructor(handover: Handover = REAL, seen: Record<string, number> = {}) {
    this.#handover = handover;
    this.seen = seen;
  }

  #saw(what: string): void {
    this.seen[what] = (this.seen[what] ?? 0) + 1;
  }

  get #head(): number {
    return this.#log.length;
  }

  run(command: Command): void {
    switch (command.do) {
      case 'append': {
        for (const size of command.sizes) this.#log.push(event(this.#head + 1, size));
        return;
      }
      case 'tail': return this.#tail(this.#page(this.#ring.last, command.limit));
      case 'tail again': return this.#tail(this.#lastPage);
      case 'retain': {
        this.#earliest = Math.max(this.#earliest, Math.round((this.#head * command.part) / 100));
        return;
      }
      case 'forget': return this.#ring.reset(this.#head);
      case 'connect': {
        const start = command.from === 'NOW' ? this.#head : this.#earliest - 1;
        if (this.#clients.length < 3) this.#clients.push({ reader: this.#handover.readFrom(start), underWay: undefined, received: [], start, lastBatch: 0, ended: false });
        return;
      }
      default: {
        const client = this.#clients[command.reader % Math.max(1, this.#clients.length)];
        if (client === undefined || client.ended) return;
        switch (command.do) {
          // One question at a time: what is under way comes first.
          case 'answer': {
            const answer = client.underWay ?? this.#answer(client, command.limit);
            client.underWay = undefined;
            return this.#tell(client, answer);
          }
          case 'send': client.underWay ??= this.#answer(client, command.limit); return;
          case 'arrive': {
            const answer = client.underWay;
            client.underWay = undefined;
            if (answer === undefined) return;
            this.#tell(client, answer);
            if (command.twice && !client.ended) this.#tell(client, answer);
            return;
          }
          case 'stray':
            // A page that answers the question is no stray: the log never answers with what was not asked.
            if (command.kind === 'page' && client.reader.mode === 'log') return;
            return this.#tell(client, stray(command.kind, this.#ring.after(this.#ring.last - 1, 2) ?? []));
          case 'cut': return this.#cut(client, command.kept);
        }
      }
    }
  }

  /** Once all goes well again, everybody reaches the head, or has been told why not. */
  settle(): void {
    while (this.#ring.last < this.#head) this.#tail(this.#page(this.#ring.last, 4));
    for (const client of this.#clients) {
      for (let turn = 0; !client.ended && client.reader.last < this.#head; turn += 1) {
        if (turn > 20 + 4 * this.#head) throw new Error(`the reader at ${client.reader.last} does not reach the head ${this.#head}: it stays in mode ${client.reader.mode}`);
        this.#tell(client, this.#answer(client, 4));
      }
    }
  }

  #page(after: number, most: number): LogEvent[] {
    return this.#log.filter((each) => each.position > after && each.position >= this.#earliest).slice(0, most);
  }

  /** As src/hub/hub.ts does with a page: a page that does not continue empties the ring first. */
  #tail(page: readonly LogEvent[]): void {
    this.#lastPage = page;
    for (const each of page) {
      if (each.position <= this.#ring.last) {
        let refused = false;
        try {
          this.#ring.push(each);
        } catch (error) {
          refused = error instanceof RangeError;
        }
        if (!refused) throw new Error(`the ring took position ${each.position} again`);
        continue;
      }
      if (each.position > this.#ring.last + 1) this.#ring.reset(each.position - 1);
      this.#ring.push(each);
    }
  }

  #answer(client: Client, most: number): Told {
    switch (client.reader.mode) {
      case 'ring': return { kind: 'ring', events: this.#ring.after(client.reader.last, most) };
      case 'log': return { kind: 'page', events: this.#page(client.reader.last, most) };
      case 'wait': return { kind: 'moved' };
    }
  }

  #tell(client: Client, told: Told): void {
    const step: Step = this.#handover.tell(client.reader, told);
    this.#saw(told.kind === 'moved' ? 'moved' : `${told.kind}, ${told.events === undefined ? 'too old' : told.events.length === 0 ? 'empty' : step.deliver.length > 0 ? 'delivered' : 'refused'}`);
    if (step.gap) {
      this.#saw('gap');
      if (client.reader.last + 1 >= this.#earliest) throw new Error(`a gap after ${client.reader.last}, but retention removed only what lies below ${this.#earliest}`);
      client.ended = true;
      return;
    }
    client.reader = step.reader;
    if (step.deliver.length > 0) client.lastBatch = step.deliver.length;
    client.received.push(...step.deliver.map((each) => each.position));
    this.#check(client);
    if (step.reader.last !== (client.received.at(-1) ?? client.start)) throw new Error(`the reader believes it is at ${step.reader.last}`);
  }

  /** What was delivered is exactly what follows the start: dense, once, in order. */
  #check(client: Client): void {
    client.received.forEach((position, index) => {
      if (position !== client.start + 1 + index) throw new Error(`delivered ${JSON.stringify(client.received)} after ${client.start}`);
    });
  }

  #cut(client: Client, kept: number): void {
    // The tail of the last batch was on the wire when it broke: the client has none of it, and asks for it again.
    const lost = Math.max(0, client.lastBatch - kept);
    client.received.length -= lost;
    client.lastBatch = 0;
    const text = signCursor({ epoch: EPOCH, position: client.received.at(-1) ?? client.start }, KEY);
    const place = readCursor(text, KEY);
    client.underWay = undefined;
    if (place.position + 1 < this.#earliest) {
      this.#saw('expired');
      client.ended = true; // CURSOR_EXPIRED at the door, see src/stream/start.ts
      return;
    }
    this.#saw('resumed');
    client.reader = this.#handover.readFrom(place.position);
  }
}

function stray(kind: Told['kind'], events: readonly LogEvent[]): Told {
  return kind === 'moved' ? { kind } : { kind, events };
}

function event(position: number, size: number): LogEvent {
  const at = new Date(0);
  return {
    position, epoch: 'e', id: String(position), tenant: 'default', topic: 'NoteEvent', type: 'Noted', key: 'k', version: 1, payload: {}, occurredAt: at, recordedAt: at,
    correlationId: null, causationId: null, traceparent: null, size,
  };
}
