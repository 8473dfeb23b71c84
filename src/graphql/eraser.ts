import type { Pool } from '../db/pool.js';
import { SluiceError } from '../base/error.js';
import { eraseKey } from '../log/erase.js';
import type { GroupCommit } from '../log/group-commit.js';
import { isTopic } from '../log/types.js';
import { badInput, checkKey, checkReason } from '../event/limits.js';
import type { EventModel } from '../event/model.js';
import type { Hub } from '../hub/hub.js';
import { readBacklog } from '../outbox/backlog.js';

export interface EraserOptions {
  readonly model: EventModel;
  readonly pool: Pool;
  readonly hub: Hub;
  readonly groupCommit: GroupCommit;
  readonly notify: boolean;
  /** Told how many events each erasure took. */
  onErased(events: number): void;
}

/** What to erase, and for the record why. */
export interface EraseRequest {
  readonly topic: string;
  readonly key: string;
  readonly tenant: string;
  readonly reason?: string | null | undefined;
  /** Name of the principal that asks for it; null: the program around the gateway. */
  readonly principal?: string | null;
}

/** The `EraseKeyPayload` type. */
export interface EraseResult {
  readonly erasedEvents: number;
  readonly cursor: string;
}

/** Outbox rows that may be left for the end of an erasure, and how often they are drained for it when more keep coming. */
const FEW_ROWS = 1_000;
const MAX_DRAINS = 100;
/** Milliseconds that an answer waits for this gateway's own memory to be purged. */
const PURGED_WITHIN = 1_000;

/** Erases the payloads of a key (see `eraseKey` in log/erase.ts) on behalf of a caller. */
export class Eraser {
  readonly #options: EraserOptions;

  constructor(options: EraserOptions) {
    this.#options = options;
  }

  /**
   * Resolves when nothing of the key can be read from the log, and this gateway's memory has nothing of it either (unless that
   * takes more than a second: the database is in trouble). A topic that has left the schema may be named. Errors: `BAD_USER_INPUT`
   * for a topic that never was, a key or a reason that is too long; `OVERLOADED` when the outbox stays full; the driver's own when
   * the database is away or somebody else holds rows of the key. Repeat it then.
   */
  async erase({ topic, key, tenant, reason = null, principal = null }: EraseRequest): Promise<EraseResult> {
    const { model, pool, hub, groupCommit, notify, onErased } = this.#options;
    checkKey(topic, 'topic');
    if (!model.topics.has(topic) && !(await pool.ask((sql) => isTopic(sql, topic)))) throw badInput(`There is no topic ${topic}. Known are: ${[...model.topics.keys()].join(', ')}.`);
    checkKey(key, 'key');
    checkReason(reason);
    // What waits in the outbox becomes events first: less is left for the end of the erasure, which holds the head lock.
    for (let turn = 1; ; turn += 1) {
      await groupCommit.drained();
      if ((await pool.ask(readBacklog)).rows < FEW_ROWS) break;
      if (turn === MAX_DRAINS) {
        throw new SluiceError('OVERLOADED', 'Too many rows wait in the outbox: an erasure would hold up the log while it looks through them. Nothing was erased; try again when they are fewer.', { retryAfterMs: 1_000 });
      }
    }
    const erased = await eraseKey(pool, { tenant, topic, key, reason, principal }, notify);
    onErased(erased.events);
    hub.hint(erased.position);
    await hub.reached(erased.position, AbortSignal.timeout(PURGED_WITHIN));
    return { erasedEvents: erased.events, cursor: hub.epochs.cursor(erased.position, erased.epoch) };
  }
}
