import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export interface Broadcast {
  readonly url: string;
  cpuSeconds(): Promise<number>;
  stop(): Promise<void>;
}

/** See bench/support/broadcast-process.ts. */
export async function startBroadcast(): Promise<Broadcast> {
  const child = fork(path.join(import.meta.dirname, 'broadcast-process.ts'), { execArgv: ['--import', 'tsx'] });
  const [message] = (await once(child, 'message')) as [{ port: number }];
  const url = `http://127.0.0.1:${message.port}`;
  return {
    url,
    cpuSeconds: async () => Number(await (await fetch(url)).text()),
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
