/**
 * Milliseconds of the machine's monotonic clock. Unlike `performance.now()` its zero is the same in every process of
 * the machine, so that a latency may begin in one and end in another.
 */
export function machineNow(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
}
