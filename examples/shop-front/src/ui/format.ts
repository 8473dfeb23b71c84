import type { Money } from '../orders/order-board';

const LOCALE = navigator.language;
const amounts = new Map<string, Intl.NumberFormat>();
// 24 hours everywhere: columns of times line up.
const clock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const preciseClock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const numbers = new Intl.NumberFormat(LOCALE);

/** 1999 EUR → €19.99; how many decimals the currency has is the formatter's business. */
export function money({ amount, currency }: Money): string {
  const format = amounts.get(currency) ?? new Intl.NumberFormat(LOCALE, { style: 'currency', currency });
  amounts.set(currency, format);
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** 14:02 */
export const time = (moment: string | number): string => clock.format(new Date(moment));

/** 14:02:07 */
export const preciseTime = (moment: string | number): string => preciseClock.format(new Date(moment));

export const count = (value: number): string => numbers.format(value);

/** `1 event`, `1,204 events` */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** The end of an id, which is what people read out: the beginning of a time-ordered one is the same all day. */
export const shortId = (id: string): string => `#${id.slice(-5).toUpperCase()}`;
