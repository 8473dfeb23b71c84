import type { Totals } from '../orders/order-board';
import { count, money, time } from './format';

/** What the events on the board add up to. */
export function Figures({ totals: { counts, takings, since, events } }: { readonly totals: Totals }) {
  const amounts = Object.entries(takings).map(([currency, amount]) => money({ amount, currency }));
  return (
    <section className="figures" aria-label={since === null ? 'Totals' : `Totals since ${time(since)}`} data-events={events}>
      <dl>
        <Figure name="Takings" value={amounts.length > 0 ? amounts.join(' + ') : '–'} data-figure="takings" />
        <Figure name="Placed" value={count(counts.placed)} data-figure="placed" />
        <Figure name="Paid" value={count(counts.paid)} data-figure="paid" />
        <Figure name="Shipped" value={count(counts.shipped)} data-figure="shipped" />
        <Figure name="Cancelled" value={count(counts.cancelled)} data-figure="cancelled" />
      </dl>
      <p className="figures-since">{since === null ? 'Nothing yet' : <>since <time dateTime={since}>{time(since)}</time></>}</p>
    </section>
  );
}

function Figure({ name, value, ...rest }: { readonly name: string; readonly value: string; readonly 'data-figure': string }) {
  return <div className="figure" {...rest}><dt>{name}</dt><dd>{value}</dd></div>;
}
