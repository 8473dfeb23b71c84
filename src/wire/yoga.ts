import type { IncomingMessage, ServerResponse } from 'node:http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { GraphQLError, validate, type DocumentNode, type ExecutionArgs, type GraphQLErrorExtensions, type GraphQLSchema, type ParseOptions, type Source, type ValidationRule } from 'graphql';
import { createYoga, type GraphQLParams, type Plugin, type YogaServerInstance, type YogaServerOptions } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Session } from '../auth/session.js';
import { SubscriptionEnded, toClientError, withKnownCode } from '../graphql/errors.js';
import type { Admission, Asked } from '../graphql/limits/admission.js';
import { KEPT_DOCUMENT_BYTES, type Limits } from '../graphql/limits/limits.js';
import { createContext, type OperationContext, type Runtime, type Transport } from '../graphql/runtime.js';
import { createExecute } from '../graphql/execute.js';
import { createSubscribe } from '../graphql/subscribe.js';
import { checkSubscriptionRoot } from '../graphql/subscription-root.js';
import { useBodyLimit } from './body-limit.js';
import type { Drain } from './drain.js';
import { sseTransport, useResumableSse } from './sse.js';

/** Where an operation over a socket comes from. */
export interface OperationOrigin {
  readonly transport: Transport;
  readonly session: Session;
  /** The client's, as it is counted. */
  readonly address: string;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  readonly request: IncomingMessage;
}

/** What a request comes with: over HTTP who asks, as admitted; of a socket where the operation comes from. */
export interface ServerContext {
  readonly origin?: OperationOrigin;
  readonly session?: Session;
  readonly response?: ServerResponse;
  /** The client's, as it is counted. */
  readonly address?: string;
}

export type GatewayYoga = YogaServerInstance<ServerContext, OperationContext>;

/** W3C trace context, version 00. */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

const WELCOME = `# Run Leads in one tab: it shows what there is,
# then waits. Run Publish in another. Revenue and
# Risk show what processors make of payments:
# npm start -- --demo

subscription Leads {
  leadEvents(from: BEGINNING) {
    cursor
    node {
      ... on FormSubmitted { formId page answers }
      ... on Event { meta { position recordedAt } }
    }
  }
}

mutation Publish {
  publishFormSubmitted(input: {
    formId: "contact"
    page: "/pricing"
    answers: { question: "Does it survive kill -9?" }
  }) {
    eventId
    cursor
  }
}

subscription Revenue {
  revenueEvents(last: 20) {
    node {
      ... on RevenueChanged {
        day
        product { name }
        change { amount currency }
        total { amount currency }
      }
    }
  }
}

subscription Risk {
  riskEvents(from: BEGINNING) {
    node {
      ... on FraudSuspected {
        customer { name frozenAt }
        spent { amount currency }
        windowEnd
      }
    }
  }
}

query Results {
  dailyRevenue(first: 10) {
    day
    product { name }
    amount { amount currency }
    units
  }
  channelStock(sku: "MUG-BLUE") { channel stock updatedAt }
  mails(first: 3) { recipient subject sentAt }
}
`;

export interface YogaOptions {
  readonly schema: GraphQLSchema;
  readonly runtime: Runtime;
  readonly drain: Drain;
  readonly admission: Admission;
  readonly limits: Pick<Limits, 'bodyBytes'>;
  /** Whether the schema is open to everybody: GraphiQL, and names near those that were meant, in messages. */
  readonly introspection: boolean;
  /** Shown in GraphiQL; null for a schema that is not the commerce domain. */
  readonly welcome: boolean;
}

/** GraphQL over HTTP: parsing, rules, context and execution, which the sockets use as well. */
export function createGatewayYoga({ schema, runtime, drain, welcome, admission, limits, introspection }: YogaOptions): GatewayYoga {
  const { log } = runtime;
  return createYoga<ServerContext, OperationContext>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    // Loaded from the package, not from a CDN: it works without the internet.
    renderGraphiQL,
    graphiql: introspection && { title: 'Sluice', subscriptionsProtocol: 'WS', ...(welcome ? { defaultQuery: WELCOME } : {}) },
    // What ends a subscription comes ready to send; wrapped again, its code would be lost.
    maskedErrors: { maskError: (error) => (error instanceof SubscriptionEnded ? error : toClientError(error, log)) },
    multipart: false,
    batching: false,
    // See `useBodyLimit`.
    maxRequestBodySize: false,
    extraParamNames: ['documentId'],
    parserAndValidationCache: keptDocuments(),
    // Decided before: see Door.
    cors: false,
    // toClientError logs what an operator should see; yoga would log every refusal a client is told of as an error.
    logging: false,
    context: ({ request, response, ...server }) => {
      const { origin } = server;
      const header = origin === undefined ? request.headers.get('traceparent') : origin.request.headers['traceparent'];
      const traceparent = typeof header === 'string' && TRACEPARENT.test(header) ? header : null;
      const { session, address } = callerOf(server);
      if (origin !== undefined) return createContext(runtime, { session, address, signal: origin.signal, traceparent, transport: origin.transport });
      if (response === undefined) throw new Error('a request that was not admitted');
      return createContext(runtime, { session, address, signal: request.signal, traceparent, transport: sseTransport(request, session, response) ?? HTTP });
    },
    plugins: [useKnownCodes(), useAdmission(admission), useSuggestions(introspection), useSubscriptionRoot(), useGatewayExecution(runtime, drain), useResumableSse(drain, runtime), useBodyLimit(limits.bodyBytes)],
  });
}

/** Who asks, and from where. Throws when the request has not passed the door. */
function callerOf({ origin, session, address }: ServerContext): { readonly session: Session; readonly address: string } {
  if (origin !== undefined) return origin;
  if (session === undefined || address === undefined) throw new Error('a request that was not admitted');
  return { session, address };
}

/** A plain request: nothing to resume, nobody to send checkpoints to. */
const HTTP: Transport = { kind: 'http', resumeAfter: null, onCheckpoint: () => undefined };

/**
 * The limits, where every operation passes. Not as rules of validation: what those say of a document is kept for whoever sends
 * it next, and here it depends on the caller and the variables.
 */
function useAdmission(admission: Admission): Plugin<OperationContext, ServerContext> {
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method === 'GET') setRequestParser(parseGet);
    },
    // Over HTTP only; a socket's operations come by way of `Operations.prepare`.
    async onParams({ params, setParams, context }) {
      const { session, address } = callerOf(context);
      if (typeof params === 'object' && params !== null && !Array.isArray(params)) setParams(await admission.begin(params, session.principal, address));
    },
    onParse({ context, setParseFn }) {
      setParseFn((source: string | Source, options?: ParseOptions) => admission.parse(typeof source === 'string' ? source : source.body, options));
      return ({ result }) => {
        // Thrown, not set as the result: that would be kept for the next who sends the document.
        if (!(result instanceof Error)) admission.check(result as DocumentNode, (context as { params?: Asked }).params ?? {}, callerOf(context).session.principal);
      };
    },
  };
}

/** Parameters of a GET: yoga's own parser knows no `documentId`, and takes a broken value for a defect of the gateway. */
function parseGet(request: Request): GraphQLParams {
  const given = new URL(request.url).searchParams;
  const json = (name: string): Record<string, unknown> | undefined => {
    const text = given.get(name);
    if (!text) return undefined;
    try {
      return JSON.parse(text) as Record<string, unknown>;
    } catch {
      throw new GraphQLError(`\`${name}\` in the URL is no JSON.`, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
    }
  };
  const params = { query: given.get('query') || undefined, operationName: given.get('operationName') || undefined, variables: json('variables'), extensions: json('extensions') };
  const documentId = given.get('documentId');
  return (documentId === null ? params : { ...params, documentId }) as GraphQLParams;
}

/** Without them, messages name nothing of the schema that the caller has not named. */
function useSuggestions(shown: boolean): Plugin<OperationContext> {
  if (shown) return {};
  return {
    onValidate({ setValidationFn }) {
      setValidationFn((schema: GraphQLSchema, document: DocumentNode, rules?: readonly ValidationRule[]) => validate(schema, document, rules, { hideSuggestions: true }));
    },
    onExecute: ({ args }) => void Object.assign(args, { hideSuggestions: true }),
    onSubscribe: ({ args }) => void Object.assign(args, { hideSuggestions: true }),
  };
}

/** Bytes that a token of a parsed document takes, about. */
const TOKEN_BYTES = 400;

/** What has been parsed, so that it need not be again: by bytes, since a document may have 2 or 2,000 tokens. */
function keptDocuments(): YogaServerOptions<ServerContext, OperationContext>['parserAndValidationCache'] {
  const create = <T extends object>(): LRUCache<string, T> => new LRUCache({
    maxSize: KEPT_DOCUMENT_BYTES,
    sizeCalculation: (kept, text) => 1 + 2 * text.length + TOKEN_BYTES * ((kept as { tokenCount?: number }).tokenCount ?? 0),
  });
  return { documentCache: create<DocumentNode>(), errorCache: create<Error>() };
}

function useGatewayExecution(runtime: Runtime, drain: Drain): Plugin<OperationContext> {
  const execute = createExecute(runtime);
  const subscribe = createSubscribe(runtime);
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) => drain.track(Promise.resolve(execute(args))));
    },
    onSubscribe({ args, setSubscribeFn }) {
      const { transport } = args.contextValue as OperationContext;
      if (transport.kind === 'http') {
        // Only an event stream or a socket can carry it; a plain request would hang.
        setSubscribeFn(() => ({ errors: [new GraphQLError('Subscribe over WebSocket, or with `Accept: text/event-stream`.', { extensions: { code: 'BAD_USER_INPUT' } })] }));
        return;
      }
      setSubscribeFn(subscribe);
    },
  };
}

function useSubscriptionRoot(): Plugin {
  return {
    onValidate({ params, setResult }) {
      const problems = checkSubscriptionRoot(params.documentAST as DocumentNode);
      if (problems.length > 0) setResult(problems);
    },
  };
}

/** Codes of docs/errors.md only, whichever part refused the request. */
function useKnownCodes(): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      if (Array.isArray(result) || Symbol.asyncIterator in result || result.errors === undefined) return;
      setResult({ ...result, errors: result.errors.map((error) => withKnownCode(error, httpOf(error))) });
    },
  };
}

/** The status of a request that is none (no JSON, no document) holds for every media type; others are 200 for plain JSON. */
function httpOf({ extensions: { code, http } }: GraphQLError): GraphQLErrorExtensions['http'] {
  return code === 'BAD_REQUEST' && http !== undefined ? { ...http, spec: false } : http;
}
