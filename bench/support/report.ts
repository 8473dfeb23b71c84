import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const RESULTS = path.resolve(import.meta.dirname, '../results');

/** What a bench says: on the terminal as it goes, and as markdown in `bench/results/<name>.md` when it is saved. */
export class Report {
  readonly #name: string;
  readonly #parts: string[] = [];
  #missed = 0;

  constructor(name: string, title: string) {
    this.#name = name;
    this.#say(`# ${title}`);
  }

  heading(text: string): void {
    this.#say(`## ${text}`);
  }

  text(text: string): void {
    this.#say(text);
  }

  /** A markdown table, its columns aligned so that it reads on a terminal as well. The first `left` columns are text, the others numbers. */
  table(head: readonly string[], rows: readonly (readonly string[])[], left = 1): void {
    const widths = head.map((title, column) => Math.max(title.length, 3, ...rows.map((row) => row[column]?.length ?? 0)));
    const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => (column < left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
    const rule = `| ${widths.map((width, column) => (column < left ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
    this.#say([line(head), rule, ...rows.map(line)].join('\n'));
  }

  /** What was wanted beside what was measured. */
  wanted(rows: readonly { readonly what: string; readonly wanted: string; readonly got: string; readonly met: boolean }[]): void {
    this.#missed += rows.filter((row) => !row.met).length;
    this.table(['', 'what', 'wanted', 'got'], rows.map((row) => [row.met ? '✓' : '✗', row.what, row.wanted, row.got]), 2);
  }

  /** How many wanted numbers were missed. */
  get missed(): number {
    return this.#missed;
  }

  save(): void {
    mkdirSync(RESULTS, { recursive: true });
    const file = path.join(RESULTS, `${this.#name}.md`);
    writeFileSync(file, `${this.#parts.join('\n\n')}\n`);
    process.stdout.write(`saved to ${path.relative(process.cwd(), file)}\n`);
  }

  #say(part: string): void {
    this.#parts.push(part);
    process.stdout.write(`${part}\n\n`);
  }
}

/** Whole numbers with thousands apart: `12,345`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Milliseconds with as many digits as they deserve. */
export function ms(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

export function times(value: number): string {
  return `${value.toFixed(2)}×`;
}
