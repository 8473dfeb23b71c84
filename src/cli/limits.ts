import { readFileSync } from 'node:fs';
import type { Limits } from '../graphql/limits/limits.js';
import { ManifestError, readManifest, type PersistedOperations } from '../graphql/limits/persisted.js';
import { ConfigError, type Config } from './config.js';

/** The limits as they are set. */
export function limitsOf(config: Config): Limits {
  return {
    documentCharacters: config.maxDocumentCharacters, tokens: config.maxTokens, depth: config.maxDepth, aliases: config.maxAliases, directives: config.maxDirectives,
    rootFields: config.maxRootFields, cost: config.maxCost, eventCost: config.maxEventCost, bodyBytes: config.maxBodyBytes,
    operationsPerSecond: config.maxOperationsPerSecond, publishedPerSecond: config.maxPublishedPerSecond,
    catchUpReads: config.maxCatchUpReads, catchUpReadsPerPrincipal: config.maxCatchUpReadsPerPrincipal,
  };
}

/** Whether everybody may ask for the schema: as it is set; otherwise not in production. */
export function schemaIsOpen(config: Config, env: NodeJS.ProcessEnv = process.env): boolean {
  return config.introspection ?? env['NODE_ENV'] !== 'production';
}

/** The manifest, if one is set. Throws `ConfigError` when it cannot be used. */
export function persistedOf({ persistedOperations: file, persistedOnly: only }: Config): { readonly persisted?: { readonly operations: PersistedOperations; readonly only: boolean } } {
  if (file === null) {
    if (only) throw new ConfigError('SLUICE_PERSISTED_ONLY=on needs SLUICE_PERSISTED_OPERATIONS: the file with the operations.');
    return {};
  }
  try {
    return { persisted: { operations: readManifest(readFileSync(file, 'utf8')), only } };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw new ConfigError(`SLUICE_PERSISTED_OPERATIONS: ${file}: ${error.message}.`, { cause: error });
  }
}
