/** The public surface, listed by hand. `sluice/client/react` is the other entry. */

// Connections.
export { createResumableClient } from './graphql-ws.js';
export type { ResumableClient, ResumableClientOptions } from './graphql-ws.js';
export type { EventClient, Follower, FollowRequest, FollowStatus } from './follow.js';

// Events, typed by their documents.
export { iterate } from './events.js';
export type { IterateOptions } from './events.js';
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

// Cursors.
export { cursorErrorOf } from './errors.js';
export type { CursorError, CursorErrorCode } from './errors.js';
