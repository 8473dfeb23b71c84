import { newSecret } from '../../src/webhook/signature.js';
import type { Endpoint, Message } from '../../src/webhook/sender.js';

export const SECRET = newSecret();
export const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

export function endpoint(url: string, given: Partial<Endpoint> = {}): Endpoint {
  return { id: 'e1', url, headers: {}, secrets: [SECRET], format: 'PLAIN', ...given };
}

export const MESSAGE: Message = { id: '0190f5a0-0000-7000-8000-000000000001', body: '{"type":"OrderPlaced"}', contentType: 'application/json', traceparent: TRACEPARENT };

/** For those who never give up. */
export const NEVER = new AbortController().signal;
