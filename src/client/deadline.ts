/** A timer that is started, put off and stopped many times. */
export interface Deadline {
  /** Counts from now on, also when it was counting already. */
  start(): void;
  /** Counts from now on, but only if it was counting. */
  putOff(): void;
  stop(): void;
}

/** Calls `missed` once `ms` milliseconds have passed since `start` or `putOff`. 0 or Infinity: never. */
export function createDeadline(ms: number, missed: () => void): Deadline {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const start = (): void => {
    stop();
    if (ms <= 0 || !Number.isFinite(ms)) return;
    timer = setTimeout(() => {
      timer = undefined;
      missed();
    }, ms);
  };
  return {
    start,
    stop,
    putOff: () => {
      if (timer !== undefined) start();
    },
  };
}
