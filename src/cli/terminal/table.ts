import Table from 'cli-table3';
import { printable } from './printable.js';
import type { Style } from './style.js';

const NO_LINES = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'].map((name) => [name, '']),
);
const GAP = 2;
const NARROWEST = 8;

export interface TableOptions {
  readonly head: readonly string[];
  /** Columns of the terminal; 0: as wide as the text. */
  readonly width: number;
  readonly style: Style;
}

/**
 * Prints rows below each other, page by page; the columns are laid out by the first page and the header is printed once.
 * What does not fit is cut with …: the last column gives way first, then the widest.
 */
export function createTable({ head, width, style }: TableOptions): (rows: readonly (readonly string[])[]) => string {
  let widths: number[] | undefined;
  return (rows) => {
    const first = widths === undefined;
    const safe = rows.map((row) => row.map(printable));
    widths ??= layOut(head.map((title, column) => Math.max(title.length, ...safe.map((row) => row[column]?.length ?? 0))), width);
    const table = new Table({
      chars: { ...NO_LINES, middle: ' '.repeat(GAP) },
      colWidths: [...widths],
      style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
      ...(first ? { head: head.map((title) => style.bold(title)) } : {}),
    });
    for (const row of safe) table.push([...row]);
    return `${table.toString().replace(/[ \t]+$/gm, '')}\n`;
  };
}

function layOut(natural: number[], width: number): number[] {
  const widths = [...natural];
  if (width <= 0) return widths;
  const over = (): number => widths.reduce((sum, each) => sum + each, GAP * (widths.length - 1)) - width;
  const last = widths.length - 1;
  widths[last] = Math.max(Math.min(widths[last] ?? 0, NARROWEST * 3), (widths[last] ?? 0) - Math.max(over(), 0));
  while (over() > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= NARROWEST) break;
    widths[widest] = Math.max(NARROWEST, (widths[widest] ?? 0) - over());
  }
  return widths;
}
