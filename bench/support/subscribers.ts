import { fork } from 'node:child_process';
import path from 'node:path';
import type { Reception, SubscribeOrder, SubscriberMessage } from './subscriber-messages.js';

export interface SubscriberProcess {
  /**
   * What they received, once all of it has come; after `ms` what has come by then. Waits at most once. Rejects when a
   * socket failed.
   */
  result(ms: number): Promise<Reception>;
  stop(): Promise<void>;
}

/** Subscribers in a process of their own; resolves when every one of them is established. */
export async function startSubscribers(order: SubscribeOrder): Promise<SubscriberProcess> {
  const child = fork(path.join(import.meta.dirname, 'subscriber-process.ts'), { execArgv: ['--import', 'tsx'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let subscribed: () => void;
  let received: (reception: Reception) => void;
  let failed: (error: Error) => void;
  const ready = new Promise<void>((resolve) => {
    subscribed = resolve;
  });
  const reception = new Promise<Reception>((resolve) => {
    received = resolve;
  });
  const failure = new Promise<never>((_resolve, reject) => {
    failed = reject;
  });
  // Whoever waits gets it; before anybody does it must not end the process.
  failure.catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  child.on('message', (message: SubscriberMessage) => {
    if (message.kind === 'subscribed') subscribed();
    else if (message.kind === 'result') received(message.result);
    else failed(new Error(`the subscribers failed: ${message.message}`));
  });
  child.once('exit', (code) => failed(new Error(`the subscribers ended (code ${code})`)));
  child.send(order);
  await Promise.race([ready, failure]);
  return {
    async result(ms) {
      const timer = setTimeout(() => child.send('finish'), ms);
      try {
        return await Promise.race([reception, failure]);
      } finally {
        clearTimeout(timer);
      }
    },
    async stop() {
      child.removeAllListeners('exit');
      if (child.connected) child.disconnect();
      if (child.exitCode === null) await Promise.race([exited, new Promise((resolve) => child.once('exit', resolve))]);
    },
  };
}
