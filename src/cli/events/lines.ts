import type { Readable } from 'node:stream';
import { z } from 'zod';
import { CommandError } from '../exit-codes.js';

/** Characters of one line; an event may have 262,144 bytes. */
const LONGEST = 1024 * 1024;

/** An event of an NDJSON file. */
export interface EventLine {
  /** Counts from 1. */
  readonly line: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Characters of its text. */
  readonly size: number;
}

const EVENT = z.strictObject({ type: z.string().min(1), data: z.record(z.string(), z.unknown()) });

/**
 * The events of a stream of lines `{"type": "OrderPlaced", "data": {…}}`, beginning with line `from`; empty lines are
 * passed over. Errors: `CommandError` that names the line.
 */
export async function* readEventLines(input: Readable, from: number): AsyncGenerator<EventLine, void> {
  let line = 0;
  for await (const text of splitLines(input)) {
    line += 1;
    if (line < from || text.trim() === '') continue;
    if (text.length > LONGEST) throw wrong(line, `it has more than ${LONGEST.toLocaleString('en-US')} characters`);
    yield { line, ...readEvent(text, line), size: text.length };
  }
}

function readEvent(text: string, line: number): { type: string; data: Record<string, unknown> } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong(line, `it is no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const parsed = EVENT.safeParse(value);
  if (!parsed.success) throw wrong(line, 'it takes {"type": "OrderPlaced", "data": {…}} and nothing else');
  return parsed.data;
}

function wrong(line: number, why: string): LineError {
  return new LineError(line, `line ${line}: ${why}`);
}

/** A line that cannot be published as it is. */
export class LineError extends CommandError {
  readonly line: number;

  constructor(line: number, message: string, exit: 'failed' | 'denied' = 'failed') {
    super(exit, message);
    this.line = line;
  }
}

/** Text without its line ends. A line that is too long comes as its beginning, too long still: what follows is not kept. */
async function* splitLines(input: Readable): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of input.setEncoding('utf8') as AsyncIterable<string>) {
    const parts = chunk.split('\n');
    parts[0] = (rest + (parts[0] ?? '')).slice(0, LONGEST + 1);
    rest = parts.pop() ?? '';
    for (const part of parts) yield part.replace(/\r$/, '');
  }
  if (rest !== '') yield rest;
}
