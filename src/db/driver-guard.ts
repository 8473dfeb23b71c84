import type { Logger } from 'pino';

/**
 * True for one error of postgres.js 3.4.9: it writes to a connection that has died, from a timer, where nobody can catch it.
 * Whoever was using the connection has been told `CONNECTION_CLOSED` already. It happens when a transaction's connection is
 * lost, since ROLLBACK is sent after it (porsager/postgres issues 1066, 1154, 1208; open in November 2026).
 */
function isDriverWriteFault(error: unknown): boolean {
  return error instanceof TypeError && /\bnextWrite \(?\S*postgres\S*connection\.js/.test(error.stack ?? '');
}

/**
 * Keeps the process alive through that error, and through no other: any other uncaught exception is logged and ends it
 * with 1, as Node would. For a process of our own; an application that embeds a gateway decides for itself.
 */
export function guardDriver(log: Logger): void {
  process.on('uncaughtException', (error) => {
    if (isDriverWriteFault(error)) return log.warn({ err: error }, 'the driver wrote to a connection that was lost; its user has been told');
    log.fatal({ err: error }, 'the process failed');
    process.exit(1);
  });
}
