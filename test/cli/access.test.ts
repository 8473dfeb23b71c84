import { describe, expect, it, test } from 'vitest';
import { createVerifier } from '../../src/auth/verify.js';
import { isLoopback } from '../../src/base/loopback.js';
import { readAccess } from '../../src/cli/access.js';
import { ConfigError, readConfig } from '../../src/cli/config.js';
import { isExplained } from '../../src/cli/explained.js';
import { createLogger } from '../../src/observe/log.js';
import { SECRET } from '../support/tokens.js';

const DATABASE_URL = 'postgres://u@db/shop';
const JWKS = { SLUICE_JWKS_URL: 'https://id.example.com/keys', SLUICE_JWT_ISSUER: 'https://id.example.com/', SLUICE_JWT_AUDIENCE: 'events' };

const access = (env: NodeJS.ProcessEnv) => readAccess(readConfig([], env));
function refusal(env: NodeJS.ProcessEnv): string {
  try {
    access(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('accepted');
}

test.each([
  ['127.0.0.1', true], ['127.8.0.1', true], ['::1', true], ['[::1]', true], ['localhost', true], ['LOCALHOST', true], ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false], ['::', false], ['192.168.1.7', false], ['localhost.example.com', false], ['127.0.0.1.example.com', false], ['', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test('settings with which nobody can be told apart are said without a stack, also those that only the verifier refuses', () => {
  let refused: unknown;
  try {
    createVerifier({ jwt: { jwksUrl: 'http://id.example.com/keys', issuer: 'a', audience: 'a' }, clockTolerance: 0, maxTokenLife: 1, log: createLogger('silent'), now: Date.now });
  } catch (error) {
    refused = error;
  }
  expect(String(refused)).toContain('must begin with https://');
  expect(isExplained(refused)).toBe(true);
});

describe('without a word about who may use it', () => {
  // Seen to fail with `whyNotOpen` giving null always.
  it.each(['127.0.0.1', '::1', 'localhost'])('the embedded database on %s is open, and the banner says what to set', (HOST) => {
    expect(access({ HOST })).toEqual({ auth: 'none', summary: expect.stringContaining('open to everybody who reaches this port: set SLUICE_JWT_SECRET'), warning: null });
  });

  it.each([
    [{ DATABASE_URL }, 'DATABASE_URL is set'],
    [{ HOST: '0.0.0.0' }, '0.0.0.0 can be reached from other machines'],
    [{ HOST: '::' }, ':: can be reached'],
    [{ HOST: 'gateway.internal' }, 'gateway.internal can be reached'],
    [{ HOST: '10.1.2.3', DATABASE_URL }, '10.1.2.3 can be reached'],
    // A setting of tokens' details is none of who may use it.
    [{ DATABASE_URL, SLUICE_AUTH_COOKIE: 'x', SLUICE_CLOCK_TOLERANCE: '5s', SLUICE_ORIGINS: 'https://shop.example.com', SLUICE_TRUST_PROXY: '1', SLUICE_AUTH: '' }, 'DATABASE_URL is set'],
  ])('%j does not start', (env, reason) => {
    const said = refusal(env);
    expect(said).toContain(reason);
    for (const name of ['SLUICE_JWT_SECRET', 'SLUICE_JWKS_URL', 'SLUICE_AUTH=keys', 'SLUICE_AUTH=none']) expect(said).toContain(name);
  });
});

describe('SLUICE_AUTH=none', () => {
  it.each([{ DATABASE_URL }, { HOST: '127.0.0.1' }])('opens %j without a warning in the log', (env) => {
    expect(access({ ...env, SLUICE_AUTH: 'none' })).toEqual({ auth: 'none', summary: expect.stringContaining('SLUICE_AUTH=none'), warning: null });
  });

  it('warns where it can be reached from elsewhere', () => {
    expect(access({ HOST: '0.0.0.0', SLUICE_AUTH: 'none' }).warning).toContain('everybody who reaches it may publish, read and erase everything');
  });
});

describe('what the settings become', () => {
  it('a secret, with what tokens must say', () => {
    expect(access({ DATABASE_URL, HOST: '0.0.0.0', SLUICE_JWT_SECRET: SECRET })).toEqual({
      auth: { jwt: { secret: SECRET }, clockTolerance: 0, cookie: 'sluice_token' }, summary: 'tokens signed with SLUICE_JWT_SECRET, and API keys', warning: null,
    });
    expect(access({ SLUICE_JWT_SECRET: SECRET, SLUICE_JWT_ISSUER: 'me', SLUICE_JWT_AUDIENCE: 'events', SLUICE_CLOCK_TOLERANCE: '2s', SLUICE_AUTH_COOKIE: 'off' }).auth)
      .toEqual({ jwt: { secret: SECRET, issuer: 'me', audience: 'events' }, clockTolerance: 2_000, cookie: null });
  });

  it('a key set', () => {
    expect(access({ ...JWKS, SLUICE_AUTH_COOKIE: '__Host-id', SLUICE_ORIGINS: 'https://shop.example.com' })).toEqual({
      auth: { jwt: { jwksUrl: 'https://id.example.com/keys', issuer: 'https://id.example.com/', audience: 'events' }, clockTolerance: 0, cookie: '__Host-id' },
      summary: 'tokens of https://id.example.com/, and API keys; pages of https://shop.example.com', warning: null,
    });
  });

  it('keys alone', () => {
    expect(access({ SLUICE_AUTH: 'keys', DATABASE_URL })).toMatchObject({ auth: { jwt: null, cookie: 'sluice_token' }, summary: 'API keys alone' });
  });
});

describe('contradictions', () => {
  it.each([
    [{ SLUICE_JWT_SECRET: SECRET, ...JWKS }, 'SLUICE_JWT_SECRET and SLUICE_JWKS_URL: set one'],
    [{ SLUICE_AUTH: 'none', SLUICE_JWT_SECRET: SECRET }, 'SLUICE_AUTH=none and SLUICE_JWT_SECRET'],
    [{ SLUICE_AUTH: 'none', ...JWKS }, 'SLUICE_AUTH=none and SLUICE_JWKS_URL'],
    [{ SLUICE_AUTH: 'keys', SLUICE_JWT_SECRET: SECRET }, 'SLUICE_AUTH=keys and SLUICE_JWT_SECRET'],
    [{ ...JWKS, SLUICE_JWT_ISSUER: '' }, 'SLUICE_JWKS_URL needs SLUICE_JWT_ISSUER:'],
    [{ SLUICE_JWKS_URL: JWKS.SLUICE_JWKS_URL }, 'SLUICE_JWKS_URL needs SLUICE_JWT_ISSUER and SLUICE_JWT_AUDIENCE'],
    [{ SLUICE_JWT_AUDIENCE: 'events' }, 'set SLUICE_JWT_SECRET or SLUICE_JWKS_URL too'],
  ])('%j are refused', (env, reason) => {
    const said = refusal(env);
    expect(said).toContain(reason);
    expect(said).not.toContain(SECRET);
  });
});

describe('the settings themselves', () => {
  const wrong = (env: NodeJS.ProcessEnv): string => {
    try {
      readConfig([], env);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    throw new Error('accepted');
  };

  it('a secret that is too short is not shown, nor how it begins', () => {
    const said = wrong({ SLUICE_JWT_SECRET: 'hunter2 hunter2 hunter2' });
    expect(said).toContain('SLUICE_JWT_SECRET: got 23 bytes, takes at least 32 bytes');
    expect(said).not.toContain('hunter');
    // 31 characters of two bytes each are 62 bytes.
    expect(readConfig([], { SLUICE_JWT_SECRET: 'ä'.repeat(31) }).jwtSecret).toBe('ä'.repeat(31));
  });

  it.each(['http://id.example.com/keys', 'https://user:hunter2@id.example.com/keys', 'id.example.com', 'file:///keys'])('SLUICE_JWKS_URL refuses %s', (url) => {
    expect(wrong({ SLUICE_JWKS_URL: url })).toMatch(/^Wrong configuration:\n {2}SLUICE_JWKS_URL: got /);
    expect(wrong({ SLUICE_JWKS_URL: url })).not.toContain('hunter2');
  });

  it('SLUICE_JWKS_URL takes http: on loopback', () => {
    for (const url of ['http://127.0.0.1:8080/keys', 'http://[::1]/keys', 'http://localhost/keys']) expect(readConfig([], { SLUICE_JWKS_URL: url }).jwksUrl).toBe(url);
  });

  it('origins are brought into the form that browsers send, each once', () => {
    expect(readConfig([], { SLUICE_ORIGINS: ' HTTPS://Shop.Example.com:443/ , http://localhost:5173,https://shop.example.com,, https://bücher.example' }).origins)
      .toEqual(['https://shop.example.com', 'http://localhost:5173', 'https://xn--bcher-kva.example']);
  });

  it.each(['null', 'shop.example.com', 'https://shop.example.com/path', 'https://u@shop.example.com', 'https://a.example,*', '*', 'https://*.example.com', 'ftp://shop.example.com', ',', 'https://a.example?x', 'wss://a.example'])(
    'SLUICE_ORIGINS refuses %s', (origins) => {
      expect(wrong({ SLUICE_ORIGINS: origins })).toContain('SLUICE_ORIGINS: got ');
    });

  it('says why there is no wildcard', () => {
    expect(wrong({ SLUICE_ORIGINS: '*' })).toContain('any page could use the gateway in the name of whoever visits it');
  });

  it('a token for commands is no unknown setting of the gateway', () => {
    expect(readConfig([], { SLUICE_TOKEN: 'x' }).warnings).toEqual([]);
  });
});
