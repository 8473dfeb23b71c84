import { randomUUID } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Epochs } from '../log/epoch.js';
import type { GroupCommit } from '../log/group-commit.js';
import { writeOutbox, type Transaction } from '../outbox/write.js';
import type { EventModel } from '../event/model.js';
import { keyedEventId, newEventId } from '../event/event-id.js';
import { badInput, checkKey, MAX_CALL_BYTES, MAX_CALL_EVENTS } from '../event/limits.js';
import { isDataError } from '../db/connect.js';
import { SluiceError } from '../base/error.js';
import type { EventOptions } from './context.js';
import { fingerprint, makeEvent, readEventData, type EventInput, type PublishOptions } from './event-input.js';
import { inSendSpan, type Origin } from './send-span.js';

export interface PublisherOptions {
  readonly model: EventModel;
  /** The executable schema; asked when the first event is published. */
  schema(): GraphQLSchema;
  readonly groupCommit: GroupCommit;
  readonly epochs: Epochs;
  readonly log: Logger;
}

/** The `PublishReceipt` type. */
export interface Receipt {
  readonly eventId: string;
  readonly duplicate: boolean;
  readonly cursor: string;
}

/** The two ways to publish: a call that stands alone goes straight to the log, an event beside business rows to the outbox. */
export class Publisher {
  readonly #options: PublisherOptions;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /**
   * Stores the events together, adjacent and in order, and answers once they are durable. `what` names an input in
   * messages. Errors: `BAD_USER_INPUT`, `IDEMPOTENCY_CONFLICT`, `OVERLOADED`, `STORAGE_UNAVAILABLE`.
   */
  async publishNow(origin: Origin, inputs: readonly EventInput[], options: PublishOptions, what: (index: number) => string): Promise<Receipt[]> {
    if (inputs.length === 0) throw badInput('`events` is empty. Give at least one event.');
    if (inputs.length > MAX_CALL_EVENTS) throw badInput(`\`events\` has ${inputs.length} events; at most ${MAX_CALL_EVENTS} go into one call.`);
    const key = options.idempotencyKey ?? null;
    if (key !== null) checkKey(key, 'idempotencyKey');
    return await inSendSpan(origin, inputs, (from) => this.#publish(from, inputs, options, what), (receipts) => receipts.map(({ eventId }) => eventId));
  }

  async #publish(origin: Origin, inputs: readonly EventInput[], options: PublishOptions, what: (index: number) => string): Promise<Receipt[]> {
    const key = options.idempotencyKey ?? null;
    const events = inputs.map((input, index) =>
      makeEvent(input, key === null ? newEventId() : keyedEventId(origin.tenant, key, index), options, origin.traceparent, what(index)));
    if (events.reduce((sum, event) => sum + event.payload.length, 0) > MAX_CALL_BYTES) {
      throw badInput(`The events of one call have more than ${MAX_CALL_BYTES} characters of JSON. Publish them in several calls.`);
    }
    const outcome = await this.#submit({
      callId: randomUUID(), tenant: origin.tenant, events, idempotency: key === null ? null : { key, fingerprint: fingerprint(inputs) },
    });
    if (outcome.status === 'conflict') {
      throw new SluiceError('IDEMPOTENCY_CONFLICT', 'This idempotency key was used for other events. Use a new key for new events; repeat a call exactly to learn its result.');
    }
    this.#options.log.debug({ eventIds: outcome.eventIds, tenant: origin.tenant, firstPosition: outcome.firstPosition, status: outcome.status }, 'published');
    return outcome.eventIds.map((eventId, index) => ({
      eventId, duplicate: outcome.status === 'duplicate', cursor: this.#options.epochs.cursor(outcome.firstPosition + index, outcome.epoch),
    }));
  }

  /** Writes an event into the outbox, in the caller's transaction. Throws `BAD_USER_INPUT` when the data does not fit. */
  async publishInTransaction(tx: Transaction, origin: Origin, typeName: string, data: object, options: EventOptions = {}): Promise<string> {
    const input = readEventData(this.#options.schema(), this.#options.model, typeName, data);
    return await inSendSpan(origin, [input], async ({ tenant, traceparent }) => {
      const event = makeEvent(input, newEventId(), options, traceparent, typeName);
      await writeOutbox(tx, tenant, [event]);
      return event.id;
    }, (id) => [id]);
  }

  async #submit(call: Parameters<GroupCommit['submit']>[0]): ReturnType<GroupCommit['submit']> {
    try {
      return await this.#options.groupCommit.submit(call);
    } catch (error) {
      if (!isDataError(error)) throw error;
      // Whatever Postgres refuses although it passed the checks here is still the publisher's data.
      throw new SluiceError('BAD_USER_INPUT', 'Postgres cannot hold this event; nothing of the call was stored. Look for unusual characters or numbers in it.', {}, { cause: error });
    }
  }
}
