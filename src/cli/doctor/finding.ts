export type Level = 'ok' | 'warning' | 'problem';

/** One line of `sluice doctor`. */
export interface Finding {
  /** What was looked at: `server`, `listen`, … The same word in every run. */
  readonly check: string;
  readonly level: Level;
  /** What was found. */
  readonly detail: string;
  /** What to do; not with `ok`. */
  readonly remedy?: string;
}

export function ok(check: string, detail: string): Finding {
  return { check, level: 'ok', detail };
}

export function warning(check: string, detail: string, remedy: string): Finding {
  return { check, level: 'warning', detail, remedy };
}

export function problem(check: string, detail: string, remedy: string): Finding {
  return { check, level: 'problem', detail, remedy };
}
