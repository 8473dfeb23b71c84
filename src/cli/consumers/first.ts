import { InvalidArgumentError } from 'commander';

/** What `--first` says; `all`: Infinity. Errors: `InvalidArgumentError`. */
export function readFirst(text: string): number {
  if (text === 'all') return Infinity;
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError('It takes a whole number from 1, or all.');
  return Number(text);
}
