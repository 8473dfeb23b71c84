import { makeExecutableSchema } from '@graphql-tools/schema';
import type { IResolvers } from '@graphql-tools/utils';
import { isObjectType, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { LogEvent } from '../event/event.js';
import { ACROSS } from './derive/across.js';
import { edgeResolvers, historyResolver, subscriptionResolver } from './resolvers/topic.js';
import { referenceResolver, resolveEventFields, typeOfEvent } from './resolvers/event.js';
import { alertQueries, alertSubscriptions, alertTypes } from './resolvers/alerts.js';
import { consumerMutations, consumerQueries, consumerTypes } from './resolvers/consumers.js';
import { credentialMutations, credentialQueries } from './resolvers/credentials.js';
import { eraseResolvers } from './resolvers/erase.js';
import { publishResolvers } from './resolvers/publish.js';
import { acrossTopics, ofTopic, type Scope } from './resolvers/scope.js';
import { webhookFields, webhookMutations, webhookQueries } from './resolvers/webhooks.js';
import { guardRows } from './access/rows.js';
import type { OperationContext, Runtime } from './runtime.js';
import { SCALARS } from './scalars.js';

/**
 * The schema that is served: the derived SDL, the gateway's resolvers for everything derived, and the application's own
 * resolvers for what it added.
 */
export function createExecutableSchema(runtime: Runtime, typeDefs: DocumentNode, application: IResolvers<unknown, OperationContext>): GraphQLSchema {
  const { model } = runtime;
  const topics = [...model.topics.values()];
  const scopes: readonly (readonly [field: string, scope: Scope])[] = [...topics.map((topic) => [topic.field, ofTopic(topic)] as const), [ACROSS.field, acrossTopics(model)]];
  const resolveType = (event: LogEvent): string => typeOfEvent(runtime, event);
  const own: Record<string, unknown> = {
    ...SCALARS,
    Event: { __resolveType: resolveType },
    Query: { ...Object.fromEntries(scopes.map(([field, scope]) => [field, historyResolver(runtime, scope)])), ...credentialQueries(runtime), ...consumerQueries(runtime), ...webhookQueries(runtime), ...alertQueries(runtime) },
    Mutation: { ...publishResolvers(runtime), ...eraseResolvers(runtime), ...credentialMutations(runtime), ...consumerMutations(runtime), ...webhookMutations(runtime) },
    ...consumerTypes(runtime),
    ...alertTypes(runtime),
    Webhook: webhookFields(runtime),
    Subscription: { ...Object.fromEntries(scopes.map(([field, scope]) => [field, subscriptionResolver(runtime, scope)])), ...alertSubscriptions(runtime) },
    [`${ACROSS.name}Edge`]: edgeResolvers(runtime),
    ...Object.fromEntries(topics.flatMap((topic): [string, unknown][] => [
      [topic.name, { __resolveType: resolveType }],
      [`${topic.name}Edge`, edgeResolvers(runtime)],
    ])),
  };
  const schema = makeExecutableSchema({
    typeDefs,
    resolvers: [own as IResolvers<unknown, OperationContext>, application],
    resolverValidationOptions: { requireResolversForResolveType: 'error', requireResolversToMatchSchema: 'error' },
  });
  for (const type of model.types.values()) {
    const object = schema.getType(type.name);
    if (isObjectType(object)) resolveEventFields(object, type);
  }
  for (const [typeName, references] of model.references) {
    const object = schema.getType(typeName);
    if (!isObjectType(object)) continue;
    for (const reference of references) {
      const field = object.getFields()[reference.field];
      if (field === undefined || field.resolve !== undefined) continue;
      field.resolve = model.types.has(typeName)
        ? referenceResolver<LogEvent>(reference, (event, name) => event.payload[name])
        : referenceResolver<Record<string, unknown>>(reference, (parent, name) => parent[name]);
    }
  }
  guardRows(schema, runtime.access.rules.rows);
  return schema;
}
