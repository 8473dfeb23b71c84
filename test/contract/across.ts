import { TRANSPORTS, type TransportClient } from './transports.js';

/** The same operation, with `events` across topics in place of `noteEvents`; its answers keep their names. */
export function asAcross(text: string): string {
  return text.replace('noteEvents(', 'noteEvents: events(').replace('NoteEventFilter', 'EventFilter');
}

/** Every transport, asking `events` where a test asks `noteEvents`: what holds for a topic's own field holds across topics. */
export const ACROSS_TRANSPORTS: readonly TransportClient[] = TRANSPORTS.map((transport) => ({
  ...transport,
  name: `${transport.name}, across topics`,
  topic: '*',
  subscribe: (url, text, ...rest) => transport.subscribe(url, asAcross(text), ...rest),
}));
