import { useState } from 'react';
import { STAGES, type Order, type Stage } from '../orders/order-board';
import { count, money, preciseTime, shortId } from './format';

const STAGE_NAMES: Readonly<Record<Stage, string>> = { placed: 'Placed', paid: 'Paid', shipped: 'Shipped', cancelled: 'Cancelled' };
const STAGE_HINTS: Readonly<Record<Stage, string>> = { placed: 'waiting for payment', paid: 'ready to ship', shipped: 'on the way', cancelled: 'called off' };
const NOTHING: Readonly<Record<Stage, string>> = {
  placed: 'No order waits for payment.', paid: 'Nothing to ship.', shipped: 'Nothing has left yet.', cancelled: 'Nothing was called off.',
};
/** Cards of a column; the rest is counted. */
const MAX_CARDS = 60;
/** What has changed since then is news, and arrives visibly. */
const OPENED_AT = Date.now();

/** Four columns side by side; on a narrow page one of them, to be chosen. */
export function Board({ orders }: { readonly orders: readonly Order[] }) {
  const [shown, setShown] = useState<Stage>('placed');
  if (orders.length === 0) return <NoOrders />;
  const columns = STAGES.map((stage) => ({ stage, orders: orders.filter((order) => order.stage === stage) }));
  return (
    <div className="board" data-shown={shown}>
      <fieldset className="board-choice">
        <legend className="for-readers">Orders to show</legend>
        {columns.map(({ stage, orders: { length } }) => (
          <label key={stage} data-stage={stage}>
            <input type="radio" name="stage" value={stage} checked={shown === stage} onChange={() => setShown(stage)} />
            <span>{STAGE_NAMES[stage]} <b>{count(length)}</b></span>
          </label>
        ))}
      </fieldset>
      {columns.map((column) => <Column key={column.stage} {...column} />)}
    </div>
  );
}

function Column({ stage, orders }: { readonly stage: Stage; readonly orders: readonly Order[] }) {
  const title = `column-${stage}`;
  return (
    <section className="column" data-stage={stage} aria-labelledby={title}>
      <h2 id={title}>
        <span className="stage-dot" aria-hidden="true" />{STAGE_NAMES[stage]} <span className="column-count">{count(orders.length)}</span>
        <small>{STAGE_HINTS[stage]}</small>
      </h2>
      {orders.length === 0 ? <p className="column-empty">{NOTHING[stage]}</p> : (
        <ul className="cards" tabIndex={0} aria-labelledby={title}>
          {orders.slice(0, MAX_CARDS).map((order) => <Card key={order.id} order={order} />)}
          {orders.length > MAX_CARDS && <li className="cards-more">and {count(orders.length - MAX_CARDS)} more</li>}
        </ul>
      )}
    </section>
  );
}

function Card({ order: { id, stage, customer, lines, total, changedAt, note } }: { readonly order: Order }) {
  return (
    <li className="card" data-order={id} data-stage={stage} data-fresh={Date.parse(changedAt) > OPENED_AT}>
      <h3>{customer ?? 'Unknown customer'}</h3>
      <p className="card-total">{total === null ? '–' : money(total)}</p>
      {lines.length > 0 && (
        <ul className="card-lines" aria-label="Products">
          {lines.map(({ quantity, name }, index) => <li key={index}><b>{quantity}</b> × {name}</li>)}
        </ul>
      )}
      {note !== null && <p className="card-note">{note}</p>}
      <p className="card-foot">
        <span>{shortId(id)}</span>
        <time dateTime={changedAt}>{preciseTime(changedAt)}</time>
      </p>
    </li>
  );
}

function NoOrders() {
  return (
    <div className="no-orders">
      <h2>No orders yet</h2>
      <p>The first one appears here the moment it is placed; nothing needs to be reloaded.</p>
      <p>To watch a small shop at work, start the gateway with <code>npm start -- --demo</code>.</p>
    </div>
  );
}

/** Where the columns will be, while the first orders are on their way. */
export function BoardPlaceholder() {
  return (
    <div className="board board-placeholder" aria-hidden="true">
      {STAGES.map((stage, index) => (
        <section key={stage} className="column" data-stage={stage}>
          <h2><span className="stage-dot" />{STAGE_NAMES[stage]} <small>{STAGE_HINTS[stage]}</small></h2>
          <ul className="cards">{Array.from({ length: 4 - index }, (_, card) => <li key={card} className="card" />)}</ul>
        </section>
      ))}
    </div>
  );
}
