import { createHash } from 'node:crypto';
import { z } from 'zod';

/** A manifest that cannot be used. The message says what is wrong with which entry. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/** Operations that are known beforehand. */
export class PersistedOperations {
  readonly #byHash: ReadonlyMap<string, string>;
  readonly #texts: ReadonlySet<string>;

  constructor(byHash: ReadonlyMap<string, string>) {
    this.#byHash = byHash;
    this.#texts = new Set(byHash.values());
  }

  get size(): number {
    return this.#byHash.size;
  }

  /** The document of a hash, as hexadecimal text. */
  find(hash: string): string | null {
    return this.#byHash.get(hash.toLowerCase()) ?? null;
  }

  has(text: string): boolean {
    return this.#texts.has(text);
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const BY_HASH = z.record(z.string(), z.string());
const LISTED = z.object({ format: z.literal('apollo-persisted-query-manifest'), operations: z.array(z.object({ id: z.string(), body: z.string() })) });

/**
 * Reads a manifest: `{ "<sha256 of the document, hexadecimal>": "<document>" }`, as code generators write it, or the form in which Apollo's
 * tools list operations by `id` and `body`. Every hash is computed again. Throws `ManifestError`.
 */
export function readManifest(json: string): PersistedOperations {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw new ManifestError(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const entries = entriesOf(parsed);
  if (entries.length === 0) throw new ManifestError('it has no operations');
  const byHash = new Map<string, string>();
  for (const [given, document] of entries) {
    const hash = given.toLowerCase().replace(/^sha256:/, '');
    const shown = JSON.stringify(given.slice(0, 80));
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new ManifestError(`${shown} is no SHA-256 in hexadecimal (64 digits)${/^[0-9a-f]{40}$/.test(hash) ? '; it looks like SHA-1: have the generator use sha256' : ''}`);
    const found = sha256(document);
    if (found !== hash) throw new ManifestError(`the document of ${shown} has the hash ${found}: it was changed, or hashed in another form than the one in the file`);
    byHash.set(hash, document);
  }
  return new PersistedOperations(byHash);
}

function entriesOf(parsed: unknown): (readonly [string, string])[] {
  const listed = LISTED.safeParse(parsed);
  if (listed.success) return listed.data.operations.map(({ id, body }) => [id, body] as const);
  const byHash = BY_HASH.safeParse(parsed);
  if (byHash.success) return Object.entries(byHash.data);
  throw new ManifestError('it is neither an object of documents by hash nor an apollo-persisted-query-manifest');
}
