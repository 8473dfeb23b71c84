import type { Hub } from '../hub/hub.js';
import { epochMismatch, type Epochs } from '../log/epoch.js';
import type { LogEvent } from '../event/event.js';
import { SluiceError } from '../base/error.js';
import { pause } from '../base/signal.js';
import { isUnavailable } from '../db/connect.js';
import type { Filter } from './filter.js';
import { readFrom, tell, type Step, type Told } from './handover.js';
import type { LogReader } from './log-reader.js';
import { PAGE_EVENTS, type Page } from '../log/read.js';

/** Events taken from the ring at once, and so at most executed together. */
export const RING_TAKE = 100;
/** Milliseconds between two tries to read the log while the database is away. */
const MAX_RETRY_WAIT = 1_000;

export interface StreamOptions {
  readonly hub: Hub;
  readonly reader: LogReader;
  /** Everything up to here is known to the client, in this epoch. */
  readonly start: number;
  readonly epoch: string;
  readonly filter: Filter;
  readonly signal: AbortSignal;
}

/** Matching events in log order, perhaps none (so that a checkpoint can be sent), and the position up to which the log has been looked through, with its epoch. */
export interface Batch {
  readonly events: readonly LogEvent[];
  readonly upTo: number;
  readonly epoch: string;
  /** True once: the log has nothing more, from here on the stream is live. */
  readonly caughtUp: boolean;
}

/**
 * The events of the log after `start` that pass the filter, without end. Pull-based: no more is read before the batch
 * before it was taken, so a slow consumer costs a position and one batch (at most 100 events from memory, or one page
 * of the log and the next two, which are read while the one before is delivered). Throws `CURSOR_EXPIRED` or `CURSOR_EPOCH_MISMATCH` when the log does not continue.
 */
export async function* openStream(options: StreamOptions): AsyncGenerator<Batch, void, void> {
  const { hub, reader, filter, signal } = options;
  let { epoch } = options;
  let state = readFrom(options.start);
  let live = false;
  /** The pages after a full one: Postgres reads them while this process works on the one before. At most two. */
  let ahead: { readonly after: number; readonly erasures: number; readonly page: Promise<Page | null> }[] = [];
  while (!signal.aborted) {
    if (epoch !== hub.epochs.present) {
      if (state.last > hub.epochs.sharedWith(epoch)) throw epochMismatch();
      epoch = hub.epochs.present;
    }
    const waited = state.mode === 'wait';
    const told = await ask(state.mode, state.last);
    // What a read that was given up says of the log is nothing.
    if (signal.aborted) return;
    // What was read under another epoch does not follow from what was read under this one, whatever its position.
    if (epoch !== hub.epochs.present) continue;
    const step: Step = tell(state, told);
    if (step.gap) throw await explainGap(options, state.last);
    state = step.reader;
    const events = step.deliver.filter((event) => filter.matches(event));
    const caughtUp: boolean = !live && state.mode === 'wait';
    live ||= caughtUp;
    if (events.length > 0 || waited || caughtUp || step.deliver.length > 0) yield { events, upTo: state.last, epoch, caughtUp };
  }

  async function ask(mode: 'ring' | 'log' | 'wait', last: number): Promise<Told> {
    if (mode === 'ring') {
      const events = hub.after(last, RING_TAKE);
      // From here on memory has what follows: the page would be held for as long as the subscription lives.
      if (events !== undefined) ahead = [];
      return { kind: 'ring', events };
    }
    if (mode === 'log') {
      const events = await readPersistently(last);
      if (events.length === 0 && !signal.aborted && epoch === hub.epochs.present) await explainEmpty(options, last);
      return { kind: 'page', events };
    }
    await hub.moved(last, signal);
    return { kind: 'moved' };
  }

  /**
   * Has the pages that follow a full one under way: the next and, where it was full of events and not of bytes, the one behind
   * it, which begins where the next will end if it is full, too.
   */
  function readAhead({ events }: Page, last: number): void {
    const wanted = events.length === PAGE_EVENTS ? [last, last + PAGE_EVENTS] : [last];
    ahead = ahead.filter(({ after }) => wanted.includes(after));
    for (const after of wanted) {
      // What memory has, or nobody has yet, is not read here.
      if (after >= hub.head || hub.after(after, 1) !== undefined || ahead.some((each) => each.after === after)) continue;
      // That it failed shows when the page is read in its turn.
      ahead.push({ after, erasures: hub.erasures, page: reader.after(after).catch(() => null) });
    }
  }

  /**
   * What was read ahead, if it follows `last`, and if nothing has been erased since that read began: it may have what the log
   * no longer has. Nothing there then says nothing about now.
   */
  async function takeAhead(last: number): Promise<Page | null> {
    const taken = ahead.find((each) => each.after === last);
    ahead = ahead.filter((each) => each.after > last);
    if (taken === undefined || taken.erasures !== hub.erasures) return null;
    const page = await taken.page;
    return page === null || page.events.length === 0 || taken.erasures !== hub.erasures ? null : page;
  }

  /** A database that is away ends no subscription: its place is kept here, and the read is tried again. */
  async function readPersistently(last: number): Promise<readonly LogEvent[]> {
    for (let wait = 50; ; wait = Math.min(wait * 2, MAX_RETRY_WAIT)) {
      try {
        const page = (await takeAhead(last)) ?? (await reader.after(last));
        if (page.epoch === null || page.epoch === hub.epochs.present) {
          if (page.full) readAhead(page, page.events.at(-1)?.position ?? last);
          return page.events;
        }
        // Read under an epoch that is not known here yet. When it is, the loop above sees that it changed.
        await hub.epochs.refresh();
        if (epoch !== hub.epochs.present) return [];
      } catch (error) {
        if (signal.aborted) return [];
        if (!isUnavailable(error)) throw error;
        hub.suspect();
        await pause(wait, signal);
        if (signal.aborted) return [];
      }
    }
  }
}

/**
 * The ring has lost what follows `last`, and the log has nothing after it: either retention took all of it, or the
 * database is not what the ring was read from, which the hub is asked to find out.
 */
async function explainEmpty({ hub, reader }: StreamOptions, last: number): Promise<void> {
  const earliest = await reader.earliest();
  if (last + 1 < earliest) throw cursorExpired(hub.epochs, earliest);
  hub.suspect();
}

/** The log does not go on after `last`: because it is another log now, because retention took what follows, or because it is broken. */
async function explainGap({ hub, reader }: StreamOptions, last: number): Promise<Error> {
  const epoch = hub.epochs.present;
  // The page was read under this epoch. A crowd overtaken by retention asks here all at once, and `check` takes the head lock.
  const before = await reader.earliest();
  if (last + 1 < before && epoch === hub.epochs.present) return cursorExpired(hub.epochs, before);
  await hub.epochs.check(last);
  if (last > hub.epochs.sharedWith(epoch)) return epochMismatch();
  const earliest = await reader.earliest();
  if (last + 1 < earliest) return cursorExpired(hub.epochs, earliest);
  return new Error(`the log has a hole after position ${last}: earliest is ${earliest}, head is ${hub.head}`);
}

export function cursorExpired(epochs: Epochs, earliest: number): SluiceError {
  return new SluiceError('CURSOR_EXPIRED', 'Events after this cursor are no longer kept. Load the current state anew, or go on from `earliestCursor` and know that events are missing.', {
    earliestCursor: epochs.cursor(earliest - 1),
  });
}
