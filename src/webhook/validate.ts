import type { AllowList } from './allow-list.js';
import { checkHeaders } from './headers.js';
import { readSecret } from './signature.js';
import { checkTarget } from './target.js';

/** What somebody gives who makes or changes a webhook; what is left out stays as it is. */
export interface WebhookInput {
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secret?: string;
}

/**
 * Refuses what could never be sent. Looks nothing up: what a name resolves to is checked at every connection. Errors:
 * `BAD_USER_INPUT` that says what to give instead, without the secret and without values of headers.
 */
export function validateWebhook(input: WebhookInput, allow: AllowList): void {
  if (input.url !== undefined) checkTarget(input.url, allow);
  if (input.headers !== undefined) checkHeaders(input.headers);
  if (input.secret !== undefined) readSecret(input.secret);
}
