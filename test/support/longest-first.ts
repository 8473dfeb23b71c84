import { existsSync } from 'node:fs';
import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that wait or work for more than about 10 s, slowest first, from `test/`. One of them begun last would keep a whole core idle. */
const LONGEST = [
  'gateway/retention-crash', 'security/rules', 'gateway/start', 'client/renewal', 'db/embedded', 'commerce/under-fire', 'hub/frozen-backend', 'contract/slow-reader',
  'cli/token', 'gateway/erase', 'consumer/under-fire', 'log/publish-faults', 'cli/tail', 'auth/revocation', 'contract/sessions', 'client/token', 'client/stream-ticket',
  'security/sockets', 'contract/drain', 'docs/errors', 'contract/checkpoint', 'client/resume-over-cuts', 'log/retention', 'security/leaks',
];

/** The longest files first, the others as vitest has them: the larger first, or by the times of the last run. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ranks = new Map(LONGEST.map((name, rank) => [path.resolve(import.meta.dirname, '..', `${name}.test.ts`), rank]));
    for (const file of ranks.keys()) if (!existsSync(file)) throw new Error(`${file} is gone: take it from the list in test/support/longest-first.ts.`);
    const rankOf = ({ moduleId }: TestSpecification): number => ranks.get(moduleId) ?? ranks.size;
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}
