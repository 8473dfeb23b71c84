/** A process that starts the embedded server of argv[2], says so in a line of JSON, and stops it at SIGTERM. */
import { startEmbedded } from '../../src/db/embedded.js';

const [dataDir, binaries] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: embedded-starter DATA_DIR [BINARIES]');
const server = await startEmbedded({
  dataDir,
  ...(binaries === undefined ? {} : { binaries }),
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`ready ${JSON.stringify(server)}\n`);
const keepAlive = setInterval(() => undefined, 60_000);
process.once('SIGTERM', () => {
  clearInterval(keepAlive);
  void server.stop().then(() => process.stdout.write('stopped\n'));
});
