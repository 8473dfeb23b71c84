import type { AuthOptions, AuthSettings } from '../auth/options.js';
import { isLoopback } from '../base/loopback.js';
import { ConfigError, type Config } from './config.js';

/** The settings that say who may use a gateway. */
export type AccessConfig = Pick<Config, 'host' | 'databaseUrl' | 'auth' | 'jwtSecret' | 'jwksUrl' | 'jwtIssuer' | 'jwtAudience' | 'clockToleranceMs' | 'authCookie' | 'origins'>;

export interface Access {
  readonly auth: AuthOptions;
  /** Who may use it, for the banner. */
  readonly summary: string;
  /** For the log, where it can be reached from elsewhere and asks nobody who he is; null: there is no reason to warn. */
  readonly warning: string | null;
}

const CHOICES = `
  SLUICE_JWT_SECRET=…    tokens signed with a secret of 32 bytes or more (\`openssl rand -base64 32\` makes one)
  SLUICE_JWKS_URL=…      tokens of an identity provider, with SLUICE_JWT_ISSUER and SLUICE_JWT_AUDIENCE
  SLUICE_AUTH=keys       API keys alone
  SLUICE_AUTH=none       nothing: everybody who reaches it may publish, read and erase everything`;

/**
 * Who may use the gateway. Without any of the settings it is open only where nobody else reaches it: with the embedded
 * database, on a loopback address. Errors: `ConfigError` when they contradict each other, and when nothing is said where it must be.
 */
export function readAccess(config: AccessConfig): Access {
  const problems = contradictions(config);
  if (problems.length > 0) throw new ConfigError(`Wrong configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}\nSee docs/operations.md, "Who may use it".`);
  const auth = authOf(config);
  if (auth !== 'none') return { auth, summary: summaryOf(config), warning: null };
  if (config.auth === 'none') {
    const reached = isLoopback(config.host) ? null : `${config.host} can be reached from elsewhere, and everybody who reaches it may publish, read and erase everything (SLUICE_AUTH=none)`;
    return { auth, summary: 'open to everybody who reaches this port (SLUICE_AUTH=none)', warning: reached };
  }
  const reason = whyNotOpen(config);
  if (reason !== null) throw new ConfigError(`Who may use this gateway is not said, and ${reason}. Set one of:${CHOICES}`);
  return { auth, summary: 'open to everybody who reaches this port: set SLUICE_JWT_SECRET, SLUICE_JWKS_URL or SLUICE_AUTH', warning: null };
}

/** Why a gateway that nothing is said about may not be open; null: it may. */
function whyNotOpen({ host, databaseUrl }: AccessConfig): string | null {
  if (!isLoopback(host)) return `${host} can be reached from other machines`;
  return databaseUrl === null ? null : 'DATABASE_URL is set: the data there may matter to others';
}

function contradictions(config: AccessConfig): string[] {
  const { auth, jwtSecret, jwksUrl, jwtIssuer, jwtAudience } = config;
  const problems: string[] = [];
  const source = jwtSecret !== null ? 'SLUICE_JWT_SECRET' : jwksUrl !== null ? 'SLUICE_JWKS_URL' : null;
  if (jwtSecret !== null && jwksUrl !== null) problems.push('SLUICE_JWT_SECRET and SLUICE_JWKS_URL: set one. Tokens have one source; with both, what one refuses the other might take.');
  if (auth !== null && source !== null) {
    problems.push(auth === 'none'
      ? `SLUICE_AUTH=none and ${source}: tokens would not be looked at. Take one of them away.`
      : `SLUICE_AUTH=keys and ${source}: keys alone are accepted without it. Take SLUICE_AUTH away to accept tokens and keys.`);
  }
  if (jwksUrl !== null) {
    const missing = [jwtIssuer === null ? 'SLUICE_JWT_ISSUER' : '', jwtAudience === null ? 'SLUICE_JWT_AUDIENCE' : ''].filter((name) => name !== '');
    if (missing.length > 0) problems.push(`SLUICE_JWKS_URL needs ${missing.join(' and ')}: an identity provider signs tokens for others too, and theirs must not count here.`);
  } else if (jwtSecret === null && (jwtIssuer !== null || jwtAudience !== null)) {
    problems.push('SLUICE_JWT_ISSUER and SLUICE_JWT_AUDIENCE say something of tokens: set SLUICE_JWT_SECRET or SLUICE_JWKS_URL too.');
  }
  return problems;
}

function authOf(config: AccessConfig): AuthOptions {
  const { auth, jwtSecret, jwksUrl, jwtIssuer, jwtAudience } = config;
  const common: Omit<AuthSettings, 'jwt'> = { clockTolerance: config.clockToleranceMs, cookie: config.authCookie === 'off' ? null : config.authCookie };
  if (jwtSecret !== null) {
    return { ...common, jwt: { secret: jwtSecret, ...(jwtIssuer === null ? {} : { issuer: jwtIssuer }), ...(jwtAudience === null ? {} : { audience: jwtAudience }) } };
  }
  if (jwksUrl !== null && jwtIssuer !== null && jwtAudience !== null) return { ...common, jwt: { jwksUrl, issuer: jwtIssuer, audience: jwtAudience } };
  return auth === 'keys' ? { ...common, jwt: null } : 'none';
}

function summaryOf({ jwtSecret, jwksUrl, jwtIssuer, origins }: AccessConfig): string {
  const who = jwtSecret !== null ? 'tokens signed with SLUICE_JWT_SECRET, and API keys' : jwksUrl !== null ? `tokens of ${jwtIssuer}, and API keys` : 'API keys alone';
  return origins === null ? who : `${who}; pages of ${origins.join(', ')}`;
}
