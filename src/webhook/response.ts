import type { Readable } from 'node:stream';

/** UTF-8 bytes of an answer's body that are read; then the connection is dropped. */
export const MAX_BODY_BYTES = 4_096;
/** Milliseconds: nobody may ask for a longer pause. */
export const MAX_RETRY_AFTER = 60 * 60 * 1_000;
const WEEKDAY = /^(mon|tue|wed|thu|fri|sat|sun)/i;

export interface BodyStart {
  readonly text: string;
  /** It was read to its end. If not, the connection cannot be used any more. */
  readonly whole: boolean;
}

/**
 * The beginning of a body as text of at most 4,096 bytes in UTF-8, for people to read: what is no UTF-8, control and format
 * characters are `?`, white space is a space. Reads until that much is there, the body ends, or the stream does; never
 * rejects.
 */
export async function readStart(body: Readable): Promise<BodyStart> {
  const chunks: Buffer[] = [];
  let left = MAX_BODY_BYTES;
  let whole = true;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, left));
      whole = chunk.length <= left;
      left -= chunk.length;
      if (!whole) break;
    }
  } catch {
    // Cut off, or out of time: the status is known, and of the body there is what has come.
    whole = false;
  }
  // One character for one or more bytes each: the text is never longer than what was read.
  const text = Buffer.concat(chunks).toString('utf8').replace(/\s/g, ' ').replace(/[\p{C}\ufffd]/gu, '?');
  return { text, whole };
}

/**
 * Milliseconds to wait, from a `Retry-After` of seconds or of a date in any of the three forms of RFC 9110, at most an hour.
 * Null when there is none or it cannot be read. `now`: milliseconds since 1970.
 */
export function retryAfterMs(header: string | string[] | undefined, now: number): number | null {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (text === undefined) return null;
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, MAX_RETRY_AFTER);
  // The form of asctime has no zone, and means GMT.
  const date = WEEKDAY.test(text) ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : Number.NaN;
  return Number.isNaN(date) ? null : Math.min(Math.max(0, date - now), MAX_RETRY_AFTER);
}
