import type { Logger } from 'pino';
import { CappedLog } from '../observe/capped-log.js';

/** Lines that one connection can cause. */
const MAX_LINES = 20;

/** The log of one connection, to be summed up when it is gone. */
export function connectionLog(log: Logger): CappedLog {
  return new CappedLog(log, MAX_LINES, 'a connection caused more lines than are written of one');
}
