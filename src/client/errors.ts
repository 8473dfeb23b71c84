const CODES = ['CURSOR_EXPIRED', 'CURSOR_INVALID', 'CURSOR_EPOCH_MISMATCH'] as const;

/** Why a cursor cannot be honoured. */
export type CursorErrorCode = (typeof CODES)[number];

export interface CursorError {
  readonly code: CursorErrorCode;
  readonly message: string;
  /** Only with `CURSOR_EXPIRED`: the earliest cursor the log still has. Starting there leaves out what is gone. */
  readonly earliestCursor: string | undefined;
}

/**
 * The cursor error among the errors of an operation, or undefined. Takes what clients hand over: the list of GraphQL
 * errors (graphql-ws), a result with `errors`, an Apollo `CombinedGraphQLErrors` or an urql `CombinedError`.
 * Anything else (a close event, a network error) has none.
 */
export function cursorErrorOf(errors: unknown): CursorError | undefined {
  for (const error of listOf(errors)) {
    const extensions = property(error, 'extensions');
    const code = CODES.find((known) => known === property(extensions, 'code'));
    if (code === undefined) continue;
    const message = property(error, 'message');
    const earliest = property(extensions, 'earliestCursor');
    return {
      code,
      message: typeof message === 'string' ? message : code,
      earliestCursor: typeof earliest === 'string' ? earliest : undefined,
    };
  }
  return undefined;
}

function listOf(errors: unknown): readonly unknown[] {
  const list = Array.isArray(errors) ? errors : (property(errors, 'errors') ?? property(errors, 'graphQLErrors'));
  return Array.isArray(list) ? list : [];
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
