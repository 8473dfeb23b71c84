import { errors } from 'undici';

/** What went wrong on the way, in words, by the code of the error. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The endpoint refuses connections.',
  ECONNRESET: 'The connection was closed before there was an answer.',
  EPIPE: 'The connection was closed before there was an answer.',
  UND_ERR_SOCKET: 'The connection was closed before there was an answer.',
  EHOSTUNREACH: 'There is no way to the endpoint.',
  ENETUNREACH: 'There is no way to the endpoint.',
  EADDRNOTAVAIL: 'There is no way to the endpoint.',
  ETIMEDOUT: 'The endpoint did not take the connection in time.',
  UND_ERR_CONNECT_TIMEOUT: 'The endpoint did not take the connection in time.',
  ENOTFOUND: 'The host name does not exist.',
  ENODATA: 'The host name has no address.',
  ETIMEOUT: 'The name servers of the host do not answer.',
  ESERVFAIL: 'The name servers of the host do not answer.',
  EREFUSED: 'The name servers of the host do not answer.',
  EAI_AGAIN: 'The name servers of the host do not answer.',
  UND_ERR_HEADERS_OVERFLOW: 'The head of the answer is larger than 16 KB.',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'The answer is longer or shorter than it says.',
};

/** Codes of OpenSSL and Node for a certificate that is not accepted, and for a handshake that fails. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|INVALID_CA|PATH_LENGTH|HOSTNAME_MISMATCH/;
const HANDSHAKE = /^(ERR_SSL|ERR_TLS|EPROTO)/;

/**
 * Why a request failed, for whoever made the webhook. Made of the code alone: messages of errors have addresses, certificates and
 * pieces of answers in them. Null for an error without a code, or of a sender that was closed: a defect of ours, not of the endpoint.
 */
export function failureOf(error: unknown): string | null {
  if (error instanceof errors.HTTPParserError) return `The answer is not HTTP${error.code === undefined ? '' : ` (${error.code})`}.`;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (code === null || code === 'UND_ERR_CLOSED' || code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_INVALID_ARG') return null;
  const words = WORDS[code];
  if (words !== undefined) return words;
  if (CERTIFICATE.test(code)) return `The certificate of the endpoint is not accepted (${code}).`;
  if (HANDSHAKE.test(code)) return `The endpoint does not speak TLS as it should (${code}).`;
  return `The request failed (${code}).`;
}
