import { readStart } from '../events/start.js';
import { CommandError } from '../exit-codes.js';

export const PLACE_TAKES = 'now, beginning, a moment (2026-11-01T09:00:00Z), a time ago (15m, 2h, 7d) or a cursor';

/** `ConsumerPlaceInput`. */
export type ConsumerPlaceInput = { readonly from: 'NOW' | 'BEGINNING' } | { readonly after: string } | { readonly since: string };

/** What `--to`, `--from` or `--until` says. `now` is the present time in milliseconds. Errors: `CommandError` (usage). */
export function readPlace(flag: string, text: string | undefined, now: number, takes = PLACE_TAKES): ConsumerPlaceInput {
  if (text === undefined || text.startsWith('last:')) throw new CommandError('usage', `${flag} takes ${takes}${text === undefined ? '.' : `; not "${text}".`}`);
  try {
    const { from, after, since } = readStart(text, now);
    if (from !== undefined) return { from };
    return after !== undefined ? { after } : { since: since ?? '' };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError('usage', `${flag} takes ${takes}; not "${text}".`, { cause: error });
  }
}
