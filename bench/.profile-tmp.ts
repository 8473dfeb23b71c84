import { startServer } from '/work/main/bench/support/server.js';
import { startGatewayProcess } from '/work/main/bench/support/gateway-process.js';
import { startSubscribers } from '/work/main/bench/support/subscribers.js';
import { HttpClient } from '/work/main/bench/support/http-client.js';
import { openLoop } from '/work/main/bench/support/open-loop.js';
import { publishRequest, reading } from '/work/main/bench/support/reading.js';
const [dir, subsText, rateText, secText] = process.argv.slice(2);
const subscribers = Number(subsText), rate = Number(rateText), seconds = Number(secText);
const server = await startServer();
const gateway = await startGatewayProcess(await server.database('x'), dir === '-' ? [] : ['--cpu-prof', `--cpu-prof-dir=${dir}`]);
const client = new HttpClient(`${gateway.url}/graphql`, 64);
for (let i = 0; i < 1; i++) {
const subs = await startSubscribers({ url: gateway.url.replace('http', 'ws') + '/graphql', subscribers, warmUp: rate * 2, events: rate * seconds });
const before = await gateway.cpuSeconds();
const t = performance.now();
await openLoop(rate, rate * (seconds + 2), rate * 2, (s, d) => client.post(publishRequest(reading(s, d))));
const r = await subs.result(100000);
const cpu = (await gateway.cpuSeconds()) - before;
console.log(r, 'gateway cpu s', cpu, 'elapsed', (performance.now() - t) / 1000, 'us per delivery', cpu * 1e6 / (subscribers * rate * (seconds + 2)));
await subs.stop();
}
client.close(); await gateway.stop(); await server.stop();
