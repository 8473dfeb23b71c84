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

/** `1 h 5 min`, `12 s`, `0.3 s`. */
export function span(seconds: number): string {
  if (seconds < 10) return `${Math.max(seconds, 0).toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.round(hours / 24)} days`;
}

export function number(value: number): string {
  return value.toLocaleString('en-US');
}
