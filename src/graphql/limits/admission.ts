import { getOperationAST, GraphQLError, Lexer, parse, Source, TokenKind, type DocumentNode, type GraphQLSchema, type ParseOptions, type Token } from 'graphql';
import type { Logger } from 'pino';
import { ADMIN_SCOPE, type Principal } from '../../auth/principal.js';
import { SluiceError } from '../../base/error.js';
import { badInput } from '../../event/limits.js';
import type { EventModel } from '../../event/model.js';
import { toClientError } from '../errors.js';
import { costOf, isSubscription, type IsReference } from './cost.js';
import { checkDocument, checkNesting, introspects } from './document.js';
import { MAX_KEPT_BYTES, type Limits } from './limits.js';
import { sha256, type PersistedOperations } from './persisted.js';
import { counted, type Rates } from './rates.js';

/**
 * What the parts of Sluice itself ask: its client for a ticket (src/client/stream-ticket.ts), `sluice doctor` and load balancers for a sign of life. They say
 * nothing of an application's data, so no manifest has to have them.
 */
export const OWN_OPERATIONS: ReadonlySet<string> = new Set(['mutation { createStreamTicket { ticket expiresAt } }', '{ __typename }']);

/** An operation as it was sent. */
export interface Asked {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
  readonly documentId?: unknown;
}

export interface AdmissionOptions {
  readonly limits: Limits;
  readonly schema: GraphQLSchema;
  readonly model: EventModel;
  readonly rates: Rates;
  readonly log: Logger;
  /** Told the code of every refusal. */
  readonly onRefused: (code: string) => void;
  /** Whether everybody may ask for the schema; else only `sluice:admin`. */
  readonly introspection: boolean;
  readonly persisted: PersistedOperations | null;
  /** Whether nothing else is executed, but `OWN_OPERATIONS`, and for `sluice:admin`. */
  readonly persistedOnly: boolean;
}

/**
 * What every operation passes before anything of it is executed, the same for all transports. The checks come in the order of what they cost:
 * rate, nesting of the variables, known document, characters, tokens, size of the document, its cost. What GraphQL itself checks comes after.
 * All throw a `GraphQLError` ready to send.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #isReference: IsReference;
  /** Documents of which only the caller and the variables have to be looked at again; and which name they introspect by. */
  readonly #checked = new WeakMap<DocumentNode, { readonly introspects: string | null }>();

  constructor(options: AdmissionOptions) {
    this.#options = options;
    const references = new Set([...options.model.references].flatMap(([type, found]) => found.map(({ field }) => `${type}.${field}`)));
    this.#isReference = (type, field) => references.has(`${type}.${field}`);
  }

  /**
   * Before the document is parsed: counts the operation, and gives the document of a hash its text. `address` is the client's. Errors:
   * `RATE_LIMITED`, `BAD_USER_INPUT`, `FORBIDDEN`.
   */
  begin<Given extends Asked>(asked: Given, principal: Principal, address: string): Promise<Given> {
    return this.#refusing(async () => {
      await this.#options.rates.operation(counted(principal, address));
      checkNesting(asked.variables, 'variables');
      checkNesting(asked.extensions, 'extensions');
      return this.#known(asked, principal);
    });
  }

  /** As GraphQL's own, within the limits of characters and tokens. */
  parse(text: string, options?: ParseOptions): DocumentNode {
    const { documentCharacters, tokens } = this.#options.limits;
    if (text.length > documentCharacters) {
      throw this.#refusal(badInput(`The document has ${text.length} characters; at most ${documentCharacters} are allowed. Send data as variables, and one operation at a time.`));
    }
    try {
      return parse(text, { ...options, lexer: new CountingLexer(text, tokens) });
    } catch (error) {
      if (error instanceof RangeError) throw this.#refusal(badInput('The document is nested too deeply to be read.'));
      throw error instanceof SluiceError ? this.#refusal(error) : error;
    }
  }

  /** After the document has been parsed. Errors: `BAD_USER_INPUT`, `FORBIDDEN`, `UNAUTHENTICATED`. */
  check(document: DocumentNode, asked: Asked, principal: Principal): void {
    const { limits, schema } = this.#options;
    try {
      let checked = this.#checked.get(document);
      if (checked === undefined) {
        checkDocument(document, limits);
        this.#checked.set(document, (checked = { introspects: introspects(document) }));
      }
      if (checked.introspects !== null) this.#mayIntrospect(principal, checked.introspects);
      const operation = getOperationAST(document, typeof asked.operationName === 'string' ? asked.operationName : undefined);
      if (!operation) return;
      if (isSubscription(operation)) {
        checkKept(asked.variables, 'variables');
        checkKept(asked.extensions, 'extensions');
      }
      const variables = isRecord(asked.variables) ? asked.variables : {};
      const cost = costOf(schema, document, operation, variables, this.#isReference);
      const most = isSubscription(operation) ? limits.eventCost : limits.cost;
      if (cost > most) {
        const instead = isSubscription(operation) ? 'Select less of an event.' : 'Ask for shorter pages (`first`, `last`), or select less.';
        throw badInput(`The ${operation.operation} costs ${cost}${isSubscription(operation) ? ' for each event' : ''}; at most ${most} is allowed. ${instead}`);
      }
    } catch (error) {
      if (error instanceof RangeError) throw this.#refusal(badInput('The document is nested too deeply to be read.'));
      throw this.#refusal(error);
    }
  }

  /** `sluice:admin` of a known caller. Where authentication is off, everybody holds every scope, and nobody is an administrator. */
  #isAdmin({ kind, scopes }: Principal): boolean {
    return kind !== 'open' && scopes.has(ADMIN_SCOPE);
  }

  #mayIntrospect(principal: Principal, field: string): void {
    if (this.#options.introspection || this.#isAdmin(principal)) return;
    const message = `\`${field}\` is refused: introspection is off on this gateway. Use the schema that its operators give out, or ask with the scope ${ADMIN_SCOPE}.`;
    throw principal.kind === 'anonymous' ? new SluiceError('UNAUTHENTICATED', message) : new SluiceError('FORBIDDEN', message);
  }

  #known<Given extends Asked>(asked: Given, principal: Principal): Given {
    const { persisted, persistedOnly } = this.#options;
    const { documentId, ...rest } = asked;
    const hash = hashOf(asked);
    const query = asked.query === undefined || asked.query === null || asked.query === '' ? null : asked.query;
    if (query !== null && typeof query !== 'string') return asked;
    if (hash !== null && query !== null && sha256(query) !== hash) throw badInput(`The document is not the one of the hash that came with it: its own is ${sha256(query)}. Send either, or both of the same document.`);
    if (hash !== null && query === null) {
      const found = persisted?.find(hash) ?? null;
      if (found === null) throw badInput(persisted === null ? 'This gateway has no persisted operations. Send the document itself.' : `No persisted operation has the hash ${shown(hash)}. ${persistedOnly ? 'Add it to the manifest of the gateway.' : 'Send the document itself, or add it to the manifest of the gateway.'}`);
      return { ...rest, query: found } as Given;
    }
    if (query !== null && persistedOnly && persisted?.has(query) !== true && !OWN_OPERATIONS.has(query) && !this.#isAdmin(principal)) {
      throw new SluiceError('FORBIDDEN', 'This gateway executes only the operations of its manifest, and this document is none of them. Have it added, and send it exactly as it stands there, or its hash.');
    }
    return documentId === undefined ? asked : rest as Given;
  }

  async #refusing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  /** With the HTTP status for clients that want one: plain JSON is 200, as for anything else that is wrong with an operation. */
  #refusal(error: unknown): GraphQLError {
    const { message, extensions } = toClientError(error, this.#options.log);
    this.#options.onRefused(String(extensions['code']));
    const { retryAfterMs } = extensions;
    const http = typeof retryAfterMs === 'number'
      ? { status: 429, headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }, spec: true }
      : { status: 400, spec: true };
    return new GraphQLError(message, { extensions: { ...extensions, http } });
  }
}

/** Ends at the first token too many: the parser's own limit would be a syntax error. */
class CountingLexer extends Lexer {
  readonly #most: number;
  #tokens = 0;

  constructor(text: string, most: number) {
    super(new Source(text));
    this.#most = most;
  }

  override advance(): Token {
    const token = super.advance();
    if (token.kind !== TokenKind.EOF && (this.#tokens += 1) > this.#most) {
      throw badInput(`The document has more than ${this.#most} tokens (names, braces, values). Send data as variables, and one operation at a time.`);
    }
    return token;
  }
}

/** Refuses what would be too much to keep for as long as a subscription runs. */
function checkKept(value: unknown, what: string): void {
  if (value === undefined || value === null) return;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > MAX_KEPT_BYTES) throw badInput(`The ${what} of the subscription are ${bytes} bytes of JSON; at most ${MAX_KEPT_BYTES} are allowed. Select by fewer values, in several subscriptions if need be.`);
}

/** `documentId`, or the hash that Apollo's clients send. */
function hashOf({ documentId, extensions }: Asked): string | null {
  if (documentId !== undefined && documentId !== null) {
    if (typeof documentId !== 'string') throw badInput('`documentId` is the hash of a persisted operation, as text.');
    return documentId.toLowerCase().replace(/^sha256:/, '');
  }
  const persisted = isRecord(extensions) ? extensions['persistedQuery'] : undefined;
  const hash = isRecord(persisted) ? persisted['sha256Hash'] : undefined;
  if (hash === undefined) return null;
  if (typeof hash !== 'string') throw badInput('`extensions.persistedQuery.sha256Hash` is the hash of a persisted operation, as text.');
  return hash.toLowerCase();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
