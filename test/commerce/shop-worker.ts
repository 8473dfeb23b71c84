import { commerce } from '../../src/commerce/application.js';
import { guardDriver } from '../../src/db/driver-guard.js';
import { startGateway } from '../../src/gateway.js';
import { createLogger } from '../../src/observe/log.js';

/*
 * A gateway of its own process with the shop's processors as they are, but that what failed is tried again soon. It is killed, frozen
 * and cut off by under-fire.test.ts. LEASE_MS: milliseconds.
 */
const log = createLogger(process.env['TEST_LOG'] ?? 'fatal');
guardDriver(log);

const gateway = await startGateway({
  databaseUrl: process.env['DATABASE_URL'] ?? '', log, auth: 'none', port: 0, consumers: { leaseMs: Number(process.env['LEASE_MS']) },
  application: { ...commerce, processors: commerce.processors.map((processor) => ({ ...processor, backoff: { firstMs: 20, maxMs: 100, jitter: 0 } })) },
});
process.stdout.write(`works at ${gateway.url}\n`);
process.on('SIGTERM', () => void gateway.stop(2_000).then(() => process.exit(0)));
