/**
 * A process that starts the embedded server of argv[2], says so in a line of JSON, and stops it at SIGTERM. With argv[4]
 * a root process becomes that uid first: Node and the checkout may be where only root can read.
 */
import { startEmbedded } from '../../src/db/embedded.js';

const [dataDir, binaries, uid] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: embedded-starter DATA_DIR [BINARIES [UID]]');
if (uid !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
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
