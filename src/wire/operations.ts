import type { SubscribePayload } from 'graphql-ws';
import { getOperationAST, GraphQLError, type DocumentNode, type ExecutionArgs, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { withKnownCode } from '../graphql/errors.js';
import type { Admission } from '../graphql/limits/admission.js';
import type { GatewayYoga, OperationOrigin } from './yoga.js';

/** Cursors that a connection may bring, and characters of one and of its operation's id; more are ignored. */
export const MAX_CURSORS = 10_000;
const MAX_CURSOR = 128;
const MAX_ID = 255;

/** What yoga gives for one operation, whose own type is `any`. */
interface Enveloped {
  readonly schema: GraphQLSchema;
  parse(text: string): DocumentNode;
  validate(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[];
  contextFactory(): unknown;
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
  subscribe(args: ExecutionArgs): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}

/**
 * Operations that arrive over a socket go through the same parsing, rules, context and execution as those over HTTP,
 * so that no limit holds on one transport only (G16).
 */
export class Operations {
  readonly #yoga: GatewayYoga;
  readonly #admission: Admission;
  readonly #enveloped = new WeakMap<ExecutionArgs, Pick<Enveloped, 'execute' | 'subscribe'>>();

  constructor(yoga: GatewayYoga, admission: Admission) {
    this.#yoga = yoga;
    this.#admission = admission;
  }

  /** What to execute, or why not. A syntax error is an answer to this operation, never the end of its socket. */
  async prepare(payload: SubscribePayload, origin: OperationOrigin): Promise<ExecutionArgs | GraphQLError[]> {
    let query: string;
    try {
      ({ query } = await this.#admission.begin(payload, origin.session.principal, origin.address));
    } catch (error) {
      if (error instanceof GraphQLError) return [forSocket(error)];
      throw error;
    }
    const params = { query, operationName: payload.operationName ?? undefined, variables: payload.variables ?? undefined, extensions: payload.extensions ?? undefined };
    const initial = { origin, params, request: undefined };
    const { schema, parse, validate, contextFactory, execute, subscribe } = this.#yoga.getEnveloped(initial as never) as Enveloped;
    let document: DocumentNode;
    try {
      document = parse(query);
    } catch (error) {
      if (error instanceof GraphQLError) return [forSocket(error)];
      throw error;
    }
    const problems = validate(schema, document);
    if (problems.length > 0) return problems.map(forSocket);
    if (getOperationAST(document, payload.operationName) === null) {
      return [new GraphQLError('The document has several operations, or none with this name. Send `operationName`.', { extensions: { code: 'BAD_USER_INPUT' } })];
    }
    const args: ExecutionArgs = {
      schema, document, operationName: payload.operationName, variableValues: payload.variables, contextValue: await contextFactory(), rootValue: undefined,
    };
    this.#enveloped.set(args, { execute, subscribe });
    return args;
  }

  execute(args: ExecutionArgs): Promise<ExecutionResult> {
    return this.#of(args).execute(args);
  }

  subscribe(args: ExecutionArgs): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
    return this.#of(args).subscribe(args);
  }

  #of(args: ExecutionArgs): Pick<Enveloped, 'execute' | 'subscribe'> {
    const enveloped = this.#enveloped.get(args);
    if (enveloped === undefined) throw new Error('the operation was not prepared');
    return enveloped;
  }
}

export function isErrors(prepared: ExecutionArgs | GraphQLError[]): prepared is GraphQLError[] {
  return Array.isArray(prepared);
}

export function isStream(result: object): result is AsyncIterableIterator<ExecutionResult> {
  return Symbol.asyncIterator in result;
}

/** `connectionParams.cursors`: texts by operation id. Anything else in it is ignored, and what is too long for one; a bad cursor is refused when used. */
export function readCursors(given: unknown): Map<string, string> {
  if (given === null || typeof given !== 'object') return new Map();
  const entries = Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= MAX_CURSOR && entry[0].length <= MAX_ID);
  return new Map(entries.slice(0, MAX_CURSORS));
}

/** As HTTP answers it: with a known code, and without what yoga notes for the status. */
function forSocket(error: GraphQLError): GraphQLError {
  const known = withKnownCode(error);
  const { http: _http, ...extensions } = known.extensions;
  return new GraphQLError(known.message, { nodes: known.nodes ?? null, source: known.source ?? null, positions: known.positions ?? null, extensions });
}
