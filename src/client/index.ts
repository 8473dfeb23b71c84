/** The public surface, listed by hand. `sluice/client/react` is the other entry. */

// Connections.
export { createResumableClient } from './graphql-ws.js';
export type { ResumableClient, ResumableClientOptions } from './graphql-ws.js';
export { createEventStreamClient } from './event-stream.js';
export type { EventSourceConstructor, EventSourceLike, EventStreamClientOptions } from './event-stream.js';
export { TokenRejectedError } from './token.js';
export type { TokenSource } from './token.js';
export { streamTicket } from './stream-ticket.js';
export type { StreamTicketOptions } from './stream-ticket.js';
export type { EventClient, Follower, FollowRequest, FollowStatus } from './follow.js';

// Events, typed by their documents.
export { iterate } from './events.js';
export type { IterateOptions } from './events.js';
export { createEventStream } from './stream.js';
export type { EventStream, EventStreamOptions } from './stream.js';
export { assertNever, match, UnknownEventError } from './match.js';
export type { Cases, NamedEvent } from './match.js';
export type { Delivered, Delivery, EventOf, Missing, ResultError, ResultLike } from './delivery.js';
export { DocumentError } from './document.js';
export type { EventDocument } from './document.js';
export { OverflowError } from './feed.js';

// State that follows a topic.
export { createEventStore } from './store.js';
export type { EventStore } from './store.js';
export type { EventStoreOptions, StoreSnapshot, StoreStatus } from './store-options.js';
export type { Saved, StatePersistence } from './persist.js';

export { indexedDbState } from './indexed-db.js';
export type { IndexedDbStateOptions } from './indexed-db.js';
export { project } from './project.js';
export type { ProjectOptions } from './project.js';

// Cursors, and where they are kept.
export { localStorageCursors } from './cursor-store.js';
export type { CursorStore, KeyValueStorage, LocalStorageCursorsOptions } from './cursor-store.js';
export { openCursorDatabase } from './indexed-db.js';
export type { Atomic, AtomicCursorStore, CursorDatabase, CursorDatabaseOptions } from './indexed-db.js';
export { cursorErrorOf } from './errors.js';
export type { CursorError, CursorErrorCode } from './errors.js';
