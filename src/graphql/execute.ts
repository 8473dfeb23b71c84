import { execute, GraphQLError, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { decide } from './access/decision.js';
import { knowPrincipal } from './access/with-principal.js';
import type { OperationContext, Runtime } from './runtime.js';

/** Runs a query or mutation, if the caller may: an operation that is refused has executed nothing. */
export function createExecute(runtime: Runtime) {
  return (args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult> => {
    const outer = args.contextValue as OperationContext;
    const { principal } = outer.session;
    const { errors, audience } = decide(runtime, args, principal);
    if (errors.length > 0) return { errors: outer.transport.kind === 'http' ? errors.map(withStatus) : errors };
    const contextValue: OperationContext = { ...outer, audience };
    return execute({ ...args, contextValue: knowPrincipal(contextValue, principal) });
  };
}

/** As GraphQL over HTTP has it: a status of its own for `application/graphql-response+json`, 200 for plain JSON. */
function withStatus(error: GraphQLError): GraphQLError {
  const { code } = error.extensions;
  const status = code === 'UNAUTHENTICATED' ? 401 : code === 'BAD_USER_INPUT' ? 400 : 403;
  return new GraphQLError(error.message, { nodes: error.nodes ?? null, extensions: { ...error.extensions, http: { status, spec: true } } });
}
