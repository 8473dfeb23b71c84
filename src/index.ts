/** The public API, listed by hand. `sluice/client` is the other entry. */
export { startGateway } from './gateway.js';
export type { Gateway, GatewayOptions, RetentionLimits } from './gateway.js';
export type { Auth, LiveSession, Proof } from './auth/auth.js';
export type { WireLimits } from './wire/limits.js';
export type { EraseResult } from './graphql/eraser.js';

// What a domain brings, and what its resolvers are given.
export type { Application } from './graphql/application.js';
export type { Policy, SeenEvent } from './graphql/access/policy.js';
export { withPrincipal } from './graphql/access/with-principal.js';
export type { PrincipalContext } from './graphql/access/with-principal.js';
export type { Audience } from './graphql/access/audience.js';
export type { Principal } from './auth/principal.js';
export type { DatabaseTransaction, EventOptions, GatewayContext } from './graphql/context.js';
export type { MigrationSet } from './db/migrate.js';
export type { Loader, LoaderContext, LoaderFunction, LoaderOptions } from './reference/loader-source.js';
export type { Transaction } from './outbox/write.js';

// Server-side consumers: what they are, and what they throw to say what becomes of an event.
export { processorsOf } from './consumer/definition.js';
export type {
  Backoff, ConsumerOptions, ConsumerTransaction, Delivery, DueContext, EmitOptions, EventOf, HandlerContext, KeyState, Meta, Processor, ProcessorOptions, StateOptions, StateSchema, StepTrace,
} from './consumer/definition.js';
export { HoldConsumer, PauseConsumer, PoisonEvent, RetryLater } from './consumer/outcome.js';
export { pipelinesOf } from './consumer/steps/pipeline.js';
export type { PipelineOptions } from './consumer/steps/pipeline.js';
export type { EventSteps, Pipeline, Routed, Routes, StepFunction, Steps, StepSchema, Versions } from './consumer/steps/steps.js';
export { collect, forget, record, windowState } from './consumer/windows/keyed.js';
export type { WindowContext } from './consumer/windows/keyed.js';
export { became, sliding } from './consumer/windows/sliding.js';
export type { Sliding, SlidingAdded, SlidingOptions, SlidingState, SlidingWindow } from './consumer/windows/sliding.js';
export { tumbling } from './consumer/windows/tumbling.js';
export type { ClosedWindow, Tumbling, TumblingOptions, TumblingState } from './consumer/windows/tumbling.js';
export type { Added, Aggregate, Duration, Windows } from './consumer/windows/window.js';

// Errors that reach a client as they are, and those of a start, whose message says what to do.
export { ERROR_CODES, SluiceError } from './base/error.js';
export type { ErrorCode } from './base/error.js';
export { UnfitServerError } from './db/connect.js';
export { guardDriver } from './db/driver-guard.js';
export { SchemaError } from './graphql/derive/schema-error.js';
export { ReferenceMappingError } from './reference/table-mapping.js';
export { PortTakenError } from './wire/http.js';

// What callers may take, and operations that are known beforehand.
export type { Limits } from './graphql/limits/limits.js';
export { ManifestError, readManifest } from './graphql/limits/persisted.js';
export type { PersistedOperations } from './graphql/limits/persisted.js';

// For a process without a PostgreSQL of its own, and for its log.
export { startEmbedded } from './db/embedded.js';
export type { Embedded, EmbeddedOptions } from './db/embedded.js';
export { EmbeddedError } from './db/embedded-error.js';
export { createLogger } from './observe/log.js';
