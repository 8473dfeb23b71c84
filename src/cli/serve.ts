import path from 'node:path';
import type { Logger } from 'pino';
import { ADMIN_SCOPE } from '../auth/principal.js';
import { guardDriver } from '../db/driver-guard.js';
import { startEmbedded, type Embedded } from '../db/embedded.js';
import { startGateway, type Gateway } from '../gateway.js';
import type { WireLimits } from '../wire/limits.js';
import { createLogger } from '../observe/log.js';
import { flushSpans } from '../observe/trace.js';
import { readAccess, type Access } from './access.js';
import { COMMERCE, loadApplication } from './application.js';
import { ConfigError, InfoRequested, readConfig, type Config } from './config.js';
import { limitsOf, persistedOf, schemaIsOpen } from './limits.js';
import { isExplained } from './explained.js';
import { mintToken } from './mint-token.js';

/** Milliseconds that an exporter of spans has at the end. */
const FLUSH_WITHIN = 2_000;

/** `sluice serve`: runs a gateway until a signal comes. `argv` are its flags. Ends the process by itself. */
export async function serve(argv: readonly string[]): Promise<void> {
  await start(argv).catch((error: unknown) => fail(error));
}

async function start(argv: readonly string[]): Promise<void> {
  const config = readConfig(argv, process.env);
  const access = readAccess(config);
  if (config.demo) checkDemo(config);
  const log = createLogger(config.logLevel);
  guardDriver(log);
  for (const warning of access.warning === null ? config.warnings : [...config.warnings, access.warning]) log.warn(warning);

  let starting: Promise<Embedded> | undefined;
  let embedded: Embedded | undefined;
  let gateway: Gateway | undefined;
  const demo = new AbortController();
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= (async () => {
    demo.abort();
    await gateway?.stop(config.drainTimeoutMs);
    // Last: what the gateway still had to store needed it. A server that is being started is waited for, not left behind.
    await (await starting)?.stop();
    await flushSpans(FLUSH_WITHIN).catch((error: unknown) => log.warn({ err: error }, 'the last spans could not be handed to the OpenTelemetry SDK\'s exporter'));
  })());
  const stopFor = (reason: string): void => {
    process.stdout.write(`\n${reason}: stopping …\n`);
    stop().then(() => process.exit(0), (error: unknown) => fail(error, log));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // A second signal is somebody who does not want to wait.
    process.on(signal, () => (stopping === undefined ? stopFor(signal) : process.exit(130)));
  }
  whenParentEnds(() => {
    if (stopping === undefined) stopFor('npm has ended');
  });

  try {
    if (config.databaseUrl === null) {
      starting = startEmbedded({ dataDir: config.dataDir, log: (line) => log.info(line) });
      embedded = await starting;
    }
    const application = await loadApplication(config.schemaDir);
    gateway = await startGateway({
      databaseUrl: config.databaseUrl ?? (embedded as Embedded).url,
      application, log, auth: access.auth, host: config.host, port: config.port, trustProxy: config.trustProxy, ...(config.origins === null ? {} : { origins: config.origins }),
      idempotencyWindow: config.idempotencyWindowMs, ringEvents: config.ringEvents, ringBytes: config.ringBytes,
      pollInterval: config.pollIntervalMs, checkpointInterval: config.checkpointIntervalMs, notify: config.notify,
      poolSize: config.poolSize, lockTimeout: config.lockTimeoutMs, partitionSize: config.partitionSize, publishQueueEvents: config.publishQueueEvents,
      referenceCacheEntries: config.referenceCacheEntries, referenceCacheBytes: config.referenceCacheBytes,
      limits: limitsOf(config), wireLimits: wireLimitsOf(config), introspection: schemaIsOpen(config), ...persistedOf(config),
      consumers: { run: config.consumers, leaseMs: config.consumerLeaseMs, poolSize: config.consumerConnections },
      // The sales channel of the demo is on this machine.
      webhooks: { allow: [...config.webhookAllow ?? [], ...(config.demo ? ['127.0.0.1'] : [])] },
      retention: { age: config.retentionAgeMs, size: config.retentionBytes },
    });
    process.stdout.write(banner(gateway, config, access, embedded));
    if (config.demo) await play(gateway, { config, databaseUrl: config.databaseUrl ?? (embedded as Embedded).url, signal: demo.signal, log });
  } catch (error) {
    if (stopping === undefined) {
      await embedded?.stop();
      throw error;
    }
  }
}

function wireLimitsOf(config: Config): Partial<WireLimits> {
  return {
    connectionsPerAddress: config.maxConnectionsPerAddress, connectionsPerPrincipal: config.maxConnectionsPerPrincipal,
    operationsPerSocket: config.maxOperationsPerSocket, messageBytes: config.maxMessageBytes, initTimeout: config.initTimeoutMs,
  };
}

/**
 * Under `npm start` a shell stands between npm and us. A signal to npm ends npm and the shell, and would leave us running
 * with nobody to stop us.
 */
function whenParentEnds(then: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) then();
  }, 500).unref();
}

function checkDemo(config: Config): void {
  if (config.schemaDir !== COMMERCE) throw new ConfigError('--demo plays the commerce domain: leave --schema away.');
  if (config.jwksUrl !== null || config.auth === 'keys') throw new ConfigError('--demo publishes as an operator, with tokens that it signs itself: set SLUICE_JWT_SECRET, or SLUICE_AUTH=none.');
}

async function play(gateway: Gateway, { config, databaseUrl, signal, log }: { readonly config: Config; readonly databaseUrl: string; readonly signal: AbortSignal; readonly log: Logger }): Promise<void> {
  const { jwtSecret: secret, jwtIssuer: issuer, jwtAudience: audience } = config;
  const [{ playShop }, { startSalesChannel }] = await Promise.all([import('../commerce/demo.js'), import('../commerce/demo/sales-channel.js')]);
  process.stdout.write(`  Demo      a small shop, ${config.demoRate} events a second; a sales channel, which a webhook tells of stock\n`);
  const channel = await startSalesChannel({ name: 'demo-channel', databaseUrl, log });
  try {
    await playShop({
      url: `${gateway.url}/graphql`, rate: config.demoRate, signal, log, channel,
      ...(secret === null ? {} : { token: () => mintToken({ secret, issuer, audience, sub: 'demo', scope: ADMIN_SCOPE, tenant: null, expiresIn: 60 }) }),
    });
  } finally {
    await channel.close();
  }
}

function banner(gateway: Gateway, config: Config, access: Access, embedded: Embedded | undefined): string {
  const database = embedded === undefined ? 'DATABASE_URL' : `embedded, in ${path.relative(process.cwd(), config.dataDir) || '.'}${embedded.adopted ? ' (was running)' : ''}`;
  return `
Sluice is running.
  ${schemaIsOpen(config) && !config.persistedOnly ? 'GraphiQL ' : 'GraphQL  '} ${gateway.url}/graphql
  Health    ${gateway.url}/health/ready
  Metrics   ${gateway.url}/metrics
  Docs      README.md, docs/
  Database  ${database}
  Access    ${access.summary}
Ctrl-C stops it.
`;
}

function fail(error: unknown, log?: Logger): never {
  if (error instanceof InfoRequested) {
    process.stdout.write(`${error.text.trimEnd()}\n`);
    process.exit(0);
  }
  if (isExplained(error)) process.stderr.write(`${error.message}\n`);
  else if (log !== undefined) log.fatal({ err: error }, 'the gateway failed');
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
