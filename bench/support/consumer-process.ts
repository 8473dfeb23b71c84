/** A gateway with the processors of a part of bench/consumers.ts, `BENCH_PART`. */
import path from 'node:path';
import { startGateway } from '../../src/gateway.js';
import { createLogger } from '../../src/observe/log.js';
import { PARTS } from './effects.js';

const { DATABASE_URL: databaseUrl = '', BENCH_PART: part = '' } = process.env;
if (part !== 'backlog' && part !== 'live') throw new Error(`there is no part ${part}`);

const gateway = await startGateway({
  databaseUrl, auth: 'none', port: 0, log: createLogger('error'),
  application: { name: 'bench', schema: path.join(import.meta.dirname, '../schema'), migrations: [], resolvers: {}, loaders: {}, processors: PARTS[part] },
});
process.once('SIGTERM', () => void gateway.stop());
process.stdout.write(`Health ${gateway.url}/health\n`);
