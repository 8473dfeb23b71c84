import { runningLow, type Stock } from '../stock/stock';
import { count } from './format';

/** Products of the list at most; the rest is counted. */
const MAX_SHOWN = 6;

/** Null while the stock is not known. */
export function LowStock({ stock: supply }: { readonly stock: Stock | null }) {
  const products = supply === null ? [] : runningLow(supply);
  return (
    <section className="low-stock" aria-labelledby="low-stock-title" data-events={supply?.events}>
      <h2 id="low-stock-title">Running low</h2>
      {products.length === 0 ? <p className="aside-empty">{supply === null ? '…' : 'Enough of everything.'}</p> : (
        <ul>
          {products.slice(0, MAX_SHOWN).map(({ sku, name, stock }) => (
            <li key={sku} data-sku={sku} data-sold-out={stock === 0}>
              <span>{name}</span>
              <b>{stock === 0 ? 'Sold out' : `${count(stock)} left`}</b>
            </li>
          ))}
          {products.length > MAX_SHOWN && <li className="low-stock-more">and {count(products.length - MAX_SHOWN)} more</li>}
        </ul>
      )}
    </section>
  );
}
