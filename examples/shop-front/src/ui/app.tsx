import { useEventStore } from 'sluice/client/react';
import { orders, stock } from '../live/connection';
import { useOutage, worstOf } from '../live/outage';
import { Board, BoardPlaceholder } from './board';
import { Connection } from './connection';
import { Figures } from './figures';
import { LowStock } from './low-stock';
import { Notice } from './notice';
import { Ticker } from './ticker';

export function App() {
  const order = useEventStore(orders);
  const supply = useEventStore(stock);
  const status = worstOf(order.status, supply.status);
  const outage = useOutage(status, order.state.totals.events + supply.state.events);
  const loaded = order.cursor !== null;

  return (
    <div className="page">
      <header className="page-head">
        <h1>Order board</h1>
        <Connection status={status} />
        <Notice status={status} outage={outage} loaded={loaded} error={order.error ?? supply.error} />
      </header>
      <Figures totals={loaded ? order.state.totals : null} />
      <main className="page-main" aria-busy={!loaded}>
        {loaded ? <Board orders={order.state.orders} /> : <BoardPlaceholder />}
      </main>
      <aside className="page-aside" aria-label="Also now">
        <LowStock stock={supply.cursor === null ? null : supply.state} />
        <Ticker news={loaded ? order.state.news : null} />
      </aside>
    </div>
  );
}
