import { randomBytes } from 'node:crypto';

/** Fills a payload up to about 300 bytes. */
const NOTE = randomBytes(120).toString('hex');

export interface Reading {
  readonly sensorId: string;
  readonly sequence: number;
  readonly dueAt: number;
  readonly note: string;
}

/** An event of bench/schema. 1,000 keys. */
export function reading(sequence: number, dueAt: number): Reading {
  return { sensorId: `sensor-${String(sequence % 1_000).padStart(4, '0')}`, sequence, dueAt, note: NOTE };
}

/** The request that publishes it. */
export function publishRequest(input: Reading): string {
  return JSON.stringify({ query: 'mutation Publish($input: ReadingTakenInput!) { publishReadingTaken(input: $input) { eventId cursor } }', variables: { input } });
}
