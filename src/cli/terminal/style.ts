type Paint = (text: string) => string;

/** Colours by what they mean. */
export interface Style {
  readonly dim: Paint;
  readonly bold: Paint;
  readonly name: Paint;
  readonly good: Paint;
  readonly warning: Paint;
  readonly bad: Paint;
}

const plain: Paint = (text) => text;
const sgr = (on: number, off: number): Paint => (text) => `\u001b[${on}m${text}\u001b[${off}m`;

/** Colours on a terminal, unless NO_COLOR is set to anything or TERM is `dumb`; else text as it is. */
export function styleFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Style {
  const coloured = stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  if (!coloured) return { dim: plain, bold: plain, name: plain, good: plain, warning: plain, bad: plain };
  return { dim: sgr(2, 22), bold: sgr(1, 22), name: sgr(36, 39), good: sgr(32, 39), warning: sgr(33, 39), bad: sgr(31, 39) };
}

/** Columns of the terminal; without one 0, which means that lines are not cut. */
export function widthOf(stream: { readonly isTTY?: boolean; readonly columns?: number }): number {
  return stream.isTTY === true ? (stream.columns ?? 80) : 0;
}

/** At most `width` characters, with … in place of what is cut; 0: all of it. Characters, not cells: wide ones may wrap. */
export function cut(text: string, width: number): string {
  if (width <= 0 || text.length <= width) return text;
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(width - 1, 0)).join('')}…`;
}
