import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';

/** The shared secret of tests, 43 bytes. */
export const SECRET = 'a secret of tests, and of nothing but tests';

export interface TokenOptions {
  /** What jose takes: `'1h'`, a Date, seconds since 1970; null: no `exp` at all. Default `'1h'`. */
  readonly expiresIn?: string | number | Date | null;
  readonly secret?: string;
  /** Default: now. Null: no `iat`. */
  readonly issuedAt?: number | Date | null;
}

/** A JWT as an identity provider would sign it: HS256 with `SECRET`, `iat` and `exp` set unless the claims have them. */
export async function token(claims: JWTPayload & Readonly<Record<string, unknown>>, options: TokenOptions = {}): Promise<string> {
  const { expiresIn = '1h', secret = SECRET, issuedAt = new Date() } = options;
  const jwt = new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' });
  if (claims.iat === undefined && issuedAt !== null) jwt.setIssuedAt(issuedAt);
  if (claims.exp === undefined && expiresIn !== null) jwt.setExpirationTime(expiresIn);
  return jwt.sign(new TextEncoder().encode(secret));
}

/** An identity provider on loopback: its keys, and tokens signed with the latest. */
export interface KeyServer {
  readonly url: string;
  readonly issuer: string;
  readonly audience: string;
  /** Requests that it was sent. */
  readonly requests: number;
  /** Signs with the latest key unless `kid` names another. */
  sign(claims: JWTPayload & Readonly<Record<string, unknown>>, options?: { readonly expiresIn?: string | number | Date; readonly kid?: string }): Promise<string>;
  /** Adds a key and signs with it from now on; `keepOld: false` withdraws the others. Gives its kid. */
  rotate(options?: { readonly alg?: 'RS256' | 'ES256'; readonly keepOld?: boolean; readonly publish?: boolean }): Promise<string>;
  /** The public keys as they are published. */
  published(): { readonly keys: readonly Record<string, unknown>[] };
  /** `down`: answers 503. `silent`: does not answer. `garbage`: answers no JSON. */
  behave(how: 'well' | 'down' | 'silent' | 'garbage'): void;
  close(): Promise<void>;
}

export async function createKeyServer(alg: 'RS256' | 'ES256' = 'RS256'): Promise<KeyServer> {
  const [issuer, audience] = ['https://identity.test/', 'sluice-tests'];
  const keys = new Map<string, { alg: string; key: CryptoKey; jwk: Record<string, unknown>; published: boolean }>();
  let latest = '';
  let how: 'well' | 'down' | 'silent' | 'garbage' = 'well';
  let requests = 0;
  const published = (): { keys: Record<string, unknown>[] } => ({ keys: [...keys.values()].filter((each) => each.published).map((each) => each.jwk) });
  const server = createServer((_request, response) => {
    requests += 1;
    if (how === 'silent') return;
    response.statusCode = how === 'down' ? 503 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(how === 'garbage' ? 'no keys here' : JSON.stringify(published()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const rotate: KeyServer['rotate'] = async (options = {}) => {
    const kid = `key-${keys.size + 1}`;
    const pair = await generateKeyPair(options.alg ?? alg, { extractable: true });
    if (options.keepOld === false) for (const each of keys.values()) each.published = false;
    keys.set(kid, { alg: options.alg ?? alg, key: pair.privateKey, jwk: { ...await exportJWK(pair.publicKey), kid, alg: options.alg ?? alg, use: 'sig' }, published: options.publish ?? true });
    latest = kid;
    return kid;
  };
  await rotate();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    issuer, audience, rotate, published,
    get requests() { return requests; },
    sign(claims, { expiresIn = '1h', kid = latest } = {}) {
      const found = keys.get(kid);
      if (found === undefined) throw new Error(`there is no key ${kid}`);
      return new SignJWT({ ...claims }).setProtectedHeader({ alg: found.alg, typ: 'JWT', kid }).setIssuedAt()
        .setIssuer(claims.iss ?? issuer).setAudience(claims.aud ?? audience).setExpirationTime(expiresIn).sign(found.key);
    },
    behave(next) { how = next; },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
