import { readDuration } from '../../base/duration.js';
import { CommandError } from '../exit-codes.js';

/** Start arguments of a subscription. */
export interface Start {
  readonly after?: string;
  readonly from?: 'NOW' | 'BEGINNING';
  readonly since?: string;
  readonly last?: number;
}

export const FROM_TAKES = 'now, beginning, last:<number up to 1000>, a moment (2026-11-01T09:00:00Z), a time ago (15m, 2h, 7d) or a cursor';

/** What `--from` says. `now` is the present time in milliseconds. Errors: `CommandError` (usage). */
export function readStart(text: string, now: number): Start {
  if (text === 'now') return { from: 'NOW' };
  if (text === 'beginning') return { from: 'BEGINNING' };
  const [, last] = /^last:(\d{1,4})$/.exec(text) ?? [];
  if (last !== undefined && Number(last) <= 1_000) return { last: Number(last) };
  const duration = readDuration(text);
  if (duration !== null && duration < now) return { since: new Date(now - duration).toISOString() };
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))) return { since: new Date(text).toISOString() };
  if (/^[A-Za-z0-9_-]{30,}$/.test(text)) return { after: text };
  throw new CommandError('usage', `--from takes ${FROM_TAKES}; not "${text}".`);
}
