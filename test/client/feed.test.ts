import { expect, test } from 'vitest';
import { prepareDocument } from '../../src/client/document.js';
import { openFeed } from '../../src/client/feed.js';
import type { EventClient } from '../../src/client/index.js';

const DOCUMENT = 'subscription($after: String) { ticks(after: $after) { node { __typename n } } }';

// Seen to fail: with the cursor read behind `open`, the first `take` stood for the second event as well, which a crash then lost.
test('what is taken has its own cursor, also when the feed that it opens anew is told of more at once', () => {
  let count = 0;
  /** One event for each subscription, before `follow` returns. */
  const client: EventClient = {
    follow(_request, follower) {
      count += 1;
      follower.next({ data: { ticks: { node: { __typename: 'Tick', n: count } } } }, `c${count}`);
      return () => undefined;
    },
  };
  const feed = openFeed({ client, document: prepareDocument(DOCUMENT), variables: {}, after: null, limit: 1, wake: () => undefined });
  for (let each = 1; each <= 3; each += 1) {
    const taken = feed.take(10);
    expect(taken).toMatchObject({ cursor: `c${each}`, deliveries: [{ cursor: `c${each}` }] });
  }
  feed.close();
});
