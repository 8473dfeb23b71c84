import type { IncomingMessage, ServerResponse } from 'node:http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { GraphQLError, execute, type DocumentNode, type ExecutionArgs, type GraphQLErrorExtensions, type GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Session } from '../auth/session.js';
import { SubscriptionEnded, toClientError, withKnownCode } from '../graphql/errors.js';
import { createContext, type OperationContext, type Runtime, type Transport } from '../graphql/runtime.js';
import { createSubscribe } from '../graphql/subscribe.js';
import { checkSubscriptionRoot } from '../graphql/subscription-root.js';
import type { Drain } from './drain.js';
import { sseTransport, useResumableSse } from './sse.js';

/** Where an operation over a socket comes from. */
export interface OperationOrigin {
  readonly transport: Transport;
  readonly session: Session;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  readonly request: IncomingMessage;
}

/** What a request comes with: over HTTP who asks, as admitted; of a socket where the operation comes from. */
export interface ServerContext {
  readonly origin?: OperationOrigin;
  readonly session?: Session;
  readonly response?: ServerResponse;
}

export type GatewayYoga = YogaServerInstance<ServerContext, OperationContext>;

/** W3C trace context, version 00. */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

const WELCOME = `# Run Leads in one tab: it shows what there is,
# then waits. Run Publish in another.

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
`;

export interface YogaOptions {
  readonly schema: GraphQLSchema;
  readonly runtime: Runtime;
  readonly drain: Drain;
  /** Shown in GraphiQL; null for a schema that is not the commerce domain. */
  readonly welcome: boolean;
}

/** GraphQL over HTTP: parsing, rules, context and execution, which the sockets use as well. */
export function createGatewayYoga({ schema, runtime, drain, welcome }: YogaOptions): GatewayYoga {
  const { log } = runtime;
  return createYoga<ServerContext, OperationContext>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    // Loaded from the package, not from a CDN: it works without the internet.
    renderGraphiQL,
    graphiql: { title: 'Sluice', subscriptionsProtocol: 'WS', ...(welcome ? { defaultQuery: WELCOME } : {}) },
    // What ends a subscription comes ready to send; wrapped again, its code would be lost.
    maskedErrors: { maskError: (error) => (error instanceof SubscriptionEnded ? error : toClientError(error, log)) },
    multipart: false,
    batching: false,
    // Decided before: see Door.
    cors: false,
    // toClientError logs what an operator should see; yoga would log every refusal a client is told of as an error.
    logging: false,
    context: ({ request, origin, session, response }) => {
      const header = origin === undefined ? request.headers.get('traceparent') : origin.request.headers['traceparent'];
      const traceparent = typeof header === 'string' && TRACEPARENT.test(header) ? header : null;
      if (origin !== undefined) return createContext(runtime, { session: origin.session, signal: origin.signal, traceparent, transport: origin.transport });
      if (session === undefined || response === undefined) throw new Error('a request that was not admitted');
      return createContext(runtime, { session, signal: request.signal, traceparent, transport: sseTransport(request, session, response) ?? HTTP });
    },
    plugins: [useKnownCodes(), useSubscriptionRoot(), useGatewayExecution(runtime, drain), useResumableSse(drain, runtime)],
  });
}

/** A plain request: nothing to resume, nobody to send checkpoints to. */
const HTTP: Transport = { kind: 'http', resumeAfter: null, onCheckpoint: () => undefined };

function useGatewayExecution(runtime: Runtime, drain: Drain): Plugin<OperationContext> {
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
