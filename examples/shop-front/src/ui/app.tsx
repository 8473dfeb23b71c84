import { useSyncExternalStore } from 'react';
import { orders, stock } from '../live/connection';
import { useOutage, worstOf } from '../live/outage';
import { Board, BoardPlaceholder } from './board';
import { Connection } from './connection';
import { Figures } from './figures';
import { LowStock } from './low-stock';
import { Notice } from './notice';
import { Ticker } from './ticker';

export function App() {
  const order = useSyncExternalStore(orders.subscribe, orders.getSnapshot);
  const supply = useSyncExternalStore(stock.subscribe, stock.getSnapshot);
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
      <Figures totals={order.state.totals} />
      <main className="page-main" aria-busy={!loaded}>
        {loaded ? <Board orders={order.state.orders} /> : <BoardPlaceholder />}
      </main>
      <aside className="page-aside" aria-label="Also now">
        <LowStock stock={supply.state} />
        <Ticker news={order.state.news} />
      </aside>
    </div>
  );
}
