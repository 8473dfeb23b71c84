import { createSender } from '../../src/webhook/sender.js';
import { MESSAGE, NEVER, endpoint } from './fixture.js';

/** Sends one message to each URL that it is given, and prints the outcomes. Its certificate authorities are read when Node starts. */
const sender = createSender({ allow: ['localhost', '127.0.0.1'], timeoutMs: 5_000 });
for (const url of process.argv.slice(2)) console.log(JSON.stringify(await sender.send(endpoint(url), MESSAGE, NEVER)));
await sender.close();
