/** What one caller, or one document, may take. Settings `SLUICE_MAX_…`; docs/limits.md has all of them in one table. */
export interface Limits {
  /** Characters of a document. */
  readonly documentCharacters: number;
  /** Tokens of a document, as the parser counts them. */
  readonly tokens: number;
  /** Fields inside fields; what is below `__schema` and `__type` is not counted. */
  readonly depth: number;
  /** Aliases in an operation, its fragments counted wherever they are spread. */
  readonly aliases: number;
  /** Directives in an operation, counted in the same way. */
  readonly directives: number;
  /** Fields at the root of an operation. */
  readonly rootFields: number;
  /** Cost of a query or mutation; `cost.ts` says how it is counted. */
  readonly cost: number;
  /** Cost of one event of a subscription. */
  readonly eventCost: number;
  /** Bytes of an HTTP body. */
  readonly bodyBytes: number;
  /** Operations that a principal may begin in a second; a subscription is one. Where authentication is on. */
  readonly operationsPerSecond: number;
  /** Events that a principal may publish in a second. Where authentication is on. Not below the 1,000 of one call. */
  readonly publishedPerSecond: number;
  /** Reads of the log at once, and so connections for them. */
  readonly catchUpReads: number;
  /** Of these, for one principal. Where authentication is on. */
  readonly catchUpReadsPerPrincipal: number;
}

export const DEFAULT_LIMITS: Limits = {
  documentCharacters: 100_000,
  tokens: 2_000,
  depth: 12,
  aliases: 100,
  directives: 100,
  rootFields: 50,
  cost: 250_000,
  eventCost: 1_000,
  // A publish call of 4 Mi characters of JSON, most of them ASCII, and what it stands in. A message over a socket may be as long.
  bodyBytes: 8 * 1024 * 1024,
  operationsPerSecond: 1_000,
  publishedPerSecond: 5_000,
  catchUpReads: 4,
  catchUpReadsPerPrincipal: 3,
};

// What no setting changes.

/** Fields of an operation, its fragments counted wherever they are spread. */
export const MAX_FIELDS = 5_000;
/** The same response name in one selection set: GraphQL's rules compare each with each. */
export const MAX_REPEATS = 20;
/** Fragments and operations of a document: GraphQL's rules compare fragments two by two. */
export const MAX_DEFINITIONS = 100;
/** Selection sets inside each other, inline fragments counted; and lists and objects inside each other, in literals, variables and extensions. */
export const MAX_NESTING = 100;
/** Bytes of JSON of the variables of a subscription, and as many of its extensions: they stay in memory as long as it runs. */
export const MAX_KEPT_BYTES = 64 * 1024;
/** Bytes, by estimate, of documents that are kept parsed, and as many of texts that were none. The least recently used leave first. */
export const KEPT_DOCUMENT_BYTES = 32 * 1024 * 1024;
