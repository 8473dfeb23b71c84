import { z } from 'zod';
import type { CommandError } from '../exit-codes.js';
import { EDGE, type Edge, type ErrorText } from './edge.js';
import type { Endpoint } from './endpoint.js';
import { ask, persist, type Answer } from './request.js';

/** Events of one request. */
const PAGE = 500;

const CONNECTION = z.object({
  edges: z.array(EDGE),
  pageInfo: z.object({ hasNextPage: z.boolean(), hasPreviousPage: z.boolean(), startCursor: z.string().nullable(), endCursor: z.string().nullable() }),
});

export interface Item {
  readonly edge: Edge;
  readonly errors: readonly ErrorText[];
}

export interface Page {
  readonly items: readonly Item[];
  /** Where the page ends, also when its events do not reach so far; null in an empty log. */
  readonly end: string | null;
  readonly start: string | null;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export interface PagesOptions {
  readonly endpoint: Endpoint;
  readonly history: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  /** Events in all, at most; Infinity: all there are. */
  readonly most: number;
  readonly onRetry: (error: CommandError) => void;
  /** Ends a request or a wait that is under way: its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Pages forward through the history up to the head. A request that fails in passing is repeated: reading harms nothing. */
export async function* pagesForward(options: PagesOptions): AsyncGenerator<Page, void> {
  let after = options.after;
  for (let left = options.most; left > 0;) {
    const page = await read(options, { first: Math.min(left, PAGE), after, before: options.before });
    left -= page.items.length;
    after = page.end ?? after;
    yield page;
    if (!page.hasNextPage) return;
  }
}

/** The last events of a range, in log order. They are gathered first: keep `most` small. */
export async function lastPages(options: PagesOptions): Promise<Page> {
  const items: Item[] = [];
  let { before } = options;
  let end: string | null = null;
  for (;;) {
    const page = await read(options, { last: Math.min(options.most - items.length, PAGE), after: options.after, before });
    end ??= page.end;
    items.unshift(...page.items);
    if (items.length >= options.most || !page.hasPreviousPage || page.start === null) return { ...page, items, end };
    before = page.start;
  }
}

async function read({ endpoint, history, variables, onRetry, signal }: PagesOptions, range: object): Promise<Page> {
  const answer = await persist(() => ask(endpoint, history, { ...variables, ...range }, signal), onRetry, signal);
  const { edges, pageInfo } = CONNECTION.parse(answer.data['page']);
  const failed = errorsByEdge(answer);
  return {
    items: edges.map((edge, index) => ({ edge, errors: failed.get(index) ?? [] })),
    start: pageInfo.startCursor, end: pageInfo.endCursor, hasNextPage: pageInfo.hasNextPage, hasPreviousPage: pageInfo.hasPreviousPage,
  };
}

/** Errors have the path `page.edges.<index>.node…`. */
function errorsByEdge({ errors }: Answer): Map<number, ErrorText[]> {
  const found = new Map<number, ErrorText[]>();
  for (const error of errors) {
    const index = error.path?.[2];
    if (typeof index === 'number') found.set(index, [...(found.get(index) ?? []), error]);
  }
  return found;
}
