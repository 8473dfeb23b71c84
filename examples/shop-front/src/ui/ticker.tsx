import type { News, Stage } from '../orders/order-board';
import { money, preciseTime, shortId } from './format';

const VERBS: Readonly<Record<Stage, string>> = { placed: 'placed', paid: 'paid', shipped: 'shipped', cancelled: 'cancelled' };

/** The latest events, in the order of the log; null while they are not known. */
export function Ticker({ news }: { readonly news: readonly News[] | null }) {
  return (
    <section className="ticker" aria-labelledby="ticker-title">
      <h2 id="ticker-title">Latest events</h2>
      {news === null || news.length === 0 ? <p className="aside-empty">{news === null ? '…' : 'Nothing has happened yet.'}</p> : (
        <ol tabIndex={0} aria-labelledby="ticker-title">
          {news.map(({ id, position, stage, orderId, customer, amount, recordedAt }) => (
            <li key={id} data-position={position} data-stage={stage} data-order={orderId}>
              <time dateTime={recordedAt}>{preciseTime(recordedAt)}</time>
              <span className="ticker-what"><span className="ticker-stage">{VERBS[stage]}</span> <span className="ticker-who">{customer ?? shortId(orderId)}</span></span>
              <span className="ticker-amount">{amount !== null && (stage === 'placed' || stage === 'paid') && money(amount)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
