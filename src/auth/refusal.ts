import { SluiceError } from '../base/error.js';

/** Why a credential is not accepted; `extensions.reason` of `UNAUTHENTICATED`. */
export type RefusalReason = 'invalid' | 'expired' | 'revoked';

const MESSAGES: Readonly<Record<RefusalReason, string>> = {
  invalid: 'The credential is not valid here. Get a new token, or check the API key; or send none.',
  expired: 'The credential has expired. Get a new one and connect again.',
  revoked: 'The credential was revoked. Sign in again.',
};

/**
 * The error of a credential that is not accepted. A client learns no more than the reason: what exactly is wrong with a
 * token is `detail`, for the log at level debug. It never holds the credential.
 */
export function refusal(reason: RefusalReason, detail?: string): SluiceError {
  return new SluiceError('UNAUTHENTICATED', MESSAGES[reason], { reason }, detail === undefined ? {} : { cause: new Error(detail) });
}
