/** Milliseconds after which a change is told although no frame was drawn: a hidden page draws none. */
const WITHOUT_FRAME = 100;

/**
 * Calls `tell` once for all `notify` since the last call: with the next animation frame (100 ms later at the latest), or
 * where there are no frames, when the present turn has ended.
 */
export function createNotifier(tell: () => void): { notify(): void; cancel(): void } {
  let due = false;
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = (): void => {
    due = false;
    if (frame !== undefined) cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = undefined;
    timer = undefined;
  };
  const run = (): void => {
    if (!due) return;
    cancel();
    tell();
  };
  return {
    notify() {
      if (due) return;
      due = true;
      if (typeof requestAnimationFrame !== 'function') return queueMicrotask(run);
      frame = requestAnimationFrame(run);
      timer = setTimeout(run, WITHOUT_FRAME);
    },
    cancel,
  };
}
