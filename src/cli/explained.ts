import { AuthSettingsError } from '../auth/verify.js';
import { UnfitServerError } from '../db/connect.js';
import { EmbeddedError } from '../db/embedded-error.js';
import { SchemaError } from '../graphql/derive/schema-error.js';
import { ReferenceMappingError } from '../reference/table-mapping.js';
import { PortTakenError } from '../wire/http.js';
import { ConfigError } from './config.js';

/** Errors whose message says what to do: a stack would only hide it. */
const EXPLAINED = [ConfigError, AuthSettingsError, EmbeddedError, UnfitServerError, SchemaError, ReferenceMappingError, PortTakenError];

export function isExplained(error: unknown): error is Error {
  return error instanceof Error && EXPLAINED.some((kind) => error instanceof kind);
}
