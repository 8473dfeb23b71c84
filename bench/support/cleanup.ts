export type OnEnd = (stop: () => Promise<unknown> | void) => void;

/** Does `work` and then, also when it fails, what it gave to `onEnd`, last first: a failed bench leaves no server behind. */
export async function withCleanup(work: (onEnd: OnEnd) => Promise<void>): Promise<void> {
  const stops: Parameters<OnEnd>[0][] = [];
  try {
    await work((stop) => stops.push(stop));
  } finally {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
  }
}
