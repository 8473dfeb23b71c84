import { MessageType } from 'graphql-ws';
import { readCursors } from './operations.js';

/** Bytes that a WebSocket may send before it is acknowledged: enough for 10,000 cursors, and nobody knows yet who sends them. */
export const INIT_BYTES = 2 * 1024 * 1024;

/** What is kept of a `connection_init`. */
export interface Init {
  /** For `proofOfParams`. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly cursors: Map<string, string>;
  /** The client understands checkpoints. */
  readonly checkpoints: boolean;
}

/** What graphql-ws is given in its place: it would keep all of the parameters for as long as the socket lives. */
export const BARE_INIT = JSON.stringify({ type: MessageType.ConnectionInit });

/** Null for any other message, and for one that is not as it should be: graphql-ws says what is wrong with it. */
export function readInit(text: string): Init | null {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(message) || message['type'] !== MessageType.ConnectionInit) return null;
  const { payload = {} } = message;
  if (!isObject(payload)) return null;
  const { authorization, Authorization, cursors, sluice } = payload;
  const given = authorization ?? Authorization ?? null;
  return {
    params: { authorization: given === null || typeof given === 'string' ? given : false },
    cursors: readCursors(cursors),
    checkpoints: isObject(sluice) && sluice['checkpoints'] === true,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
