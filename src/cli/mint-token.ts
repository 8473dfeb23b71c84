import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';

export interface TokenClaims {
  /** At least 32 bytes. */
  readonly secret: string;
  readonly issuer: string | null;
  readonly audience: string | null;
  readonly sub: string;
  /** Separated by spaces. */
  readonly scope: string;
  readonly tenant: string | null;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Signs a token with the shared secret, as a service of one's own would: HS256, with `iat` and a `jti` by which it can be revoked. */
export function mintToken({ secret, issuer, audience, sub, scope, tenant, expiresIn }: TokenClaims): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const jwt = new SignJWT({ scope, ...(tenant === null ? {} : { tenant }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).setSubject(sub).setIssuedAt(now).setExpirationTime(now + expiresIn).setJti(randomUUID());
  if (issuer !== null) jwt.setIssuer(issuer);
  if (audience !== null) jwt.setAudience(audience);
  return jwt.sign(new TextEncoder().encode(secret));
}
