import type { GraphQLSchema } from 'graphql';
import { selectionOf } from './selection.js';
import type { Source } from './topics.js';

/** What a command reads, as documents. Their variables are named as the arguments; leave away what is not given. */
export interface Documents {
  readonly subscription: string;
  readonly history: string;
  /** Variables that are the same for every use. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export function documentsFor(schema: GraphQLSchema, source: Source, where: object | null, select: string | undefined): Documents {
  const node = selectionOf(schema, source.types, select);
  const [declare, pass] = source.topics === null ? ['', ''] : [', $topics: [Topic!]', ', topics: $topics'];
  const filter = `$where: ${source.filter.name}`;
  return {
    subscription: `subscription Tail($after: Cursor, $from: StartFrom, $since: DateTime, $last: Int, ${filter}${declare}) {
      edge: ${source.field}(after: $after, from: $from, since: $since, last: $last, where: $where${pass}) { cursor node { ${node} } }
    }`,
    history: `query History($first: Int, $after: Cursor, $last: Int, $before: Cursor, ${filter}${declare}) {
      page: ${source.field}(first: $first, after: $after, last: $last, before: $before, where: $where${pass}) {
        edges { cursor node { ${node} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`,
    variables: { ...(where === null ? {} : { where }), ...(source.topics === null ? {} : { topics: source.topics }) },
  };
}
