import { STAGES, type Stage, type Totals } from '../orders/order-board';
import { count, money, time } from './format';

const NAMES: Readonly<Record<Stage, string>> = { placed: 'Placed', paid: 'Paid', shipped: 'Shipped', cancelled: 'Cancelled' };

/** What the events on the board add up to; null while that is not known. */
export function Figures({ totals }: { readonly totals: Totals | null }) {
  const amounts = Object.entries(totals?.takings ?? {}).map(([currency, amount]) => money({ amount, currency }));
  const since = totals?.since ?? null;
  return (
    <section className="figures" aria-label={since === null ? 'Totals' : `Totals since ${time(since)}`} data-events={totals?.events}>
      <dl>
        <Figure id="takings" name="Takings" value={amounts.length > 0 ? amounts.join(' + ') : '–'} />
        {STAGES.map((stage) => <Figure key={stage} id={stage} name={NAMES[stage]} value={totals === null ? '–' : count(totals.counts[stage])} />)}
      </dl>
      {since !== null && <p className="figures-since">since <time dateTime={since}>{time(since)}</time></p>}
    </section>
  );
}

function Figure({ id, name, value }: { readonly id: string; readonly name: string; readonly value: string }) {
  return <div className="figure" data-figure={id}><dt>{name}</dt><dd>{value}</dd></div>;
}
