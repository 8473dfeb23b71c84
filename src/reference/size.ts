/** Values looked at before a size counts as unknown: a loader may return anything, also what contains itself. */
const MOST_VALUES = 100_000;
/** Bytes for the header of an object or list, and for a property or element. */
const HEADER = 32;
const SLOT = 16;

/**
 * About what a value costs in memory, in bytes: an estimate, text at two bytes a character. Infinite for more than 100,000
 * values in one.
 */
export function sizeOf(value: unknown): number {
  let bytes = 0;
  const open: unknown[] = [value];
  for (let seen = 0; open.length > 0; seen += 1) {
    if (seen > MOST_VALUES) return Number.POSITIVE_INFINITY;
    const next = open.pop();
    if (typeof next === 'string') bytes += HEADER + next.length * 2;
    else if (typeof next !== 'object' || next === null || next instanceof Date) bytes += SLOT;
    else {
      const inner = Object.values(next);
      bytes += HEADER + inner.length * SLOT;
      if (inner.length > MOST_VALUES) return Number.POSITIVE_INFINITY;
      for (const each of inner) open.push(each);
    }
  }
  return bytes;
}
