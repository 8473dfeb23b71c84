import type { OrderNewsFragment, OrderOnBoardFragment } from '../gql/graphql';

export type Stage = 'placed' | 'paid' | 'shipped' | 'cancelled';
export const STAGES = ['placed', 'paid', 'shipped', 'cancelled'] as const satisfies readonly Stage[];

/** In minor units: 1999 is 19.99 of a currency with cents. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

export interface Line {
  readonly quantity: number;
  readonly name: string;
}

export interface Order {
  readonly id: string;
  readonly stage: Stage;
  /** Null when the customer is not known (any more). */
  readonly customer: string | null;
  readonly lines: readonly Line[];
  readonly total: Money | null;
  readonly placedAt: string | null;
  /** When its last event was recorded. */
  readonly changedAt: string;
  /** Carrier and parcel, or why it was cancelled. */
  readonly note: string | null;
}

/** One line of the ticker. */
export interface News {
  readonly id: string;
  /** The event's number in the log. */
  readonly position: string;
  readonly stage: Stage;
  readonly orderId: string;
  readonly customer: string | null;
  readonly amount: Money | null;
  readonly recordedAt: string;
}

/** What the events on the board add up to. */
export interface Totals {
  readonly events: number;
  readonly counts: Readonly<Record<Stage, number>>;
  /** Paid, in minor units by currency. */
  readonly takings: Readonly<Record<string, number>>;
  /** When the first of them was recorded. */
  readonly since: string | null;
}

export interface OrderBoard {
  /** The order that changed last comes first; at most `MAX_ORDERS`. */
  readonly orders: readonly Order[];
  /** The latest first; at most `MAX_NEWS`. */
  readonly news: readonly News[];
  readonly totals: Totals;
}

/** Orders on the board; past it the one that has not changed for longest leaves. */
const MAX_ORDERS = 300;
/** Events in the ticker; past it the oldest leaves. */
const MAX_NEWS = 100;

export const EMPTY_BOARD: OrderBoard = {
  orders: [],
  news: [],
  totals: { events: 0, counts: { placed: 0, paid: 0, shipped: 0, cancelled: 0 }, takings: {}, since: null },
};

/**
 * The board after one more event. Every event counts: one that came twice would be seen in the totals, and one that is
 * missing too. The stream gives each once, so nothing is looked for.
 */
export function afterOrderEvent(board: OrderBoard, event: OrderNewsFragment): OrderBoard {
  const known = board.orders.find(({ id }) => id === event.orderId);
  const order = orderAfter(known, event);
  const { id, position, recordedAt } = event.meta;
  const amount = event.__typename === 'OrderPaid' ? event.amount : order.total;
  const item: News = { id, position, stage: order.stage, orderId: order.id, customer: order.customer, amount, recordedAt };
  return {
    orders: [order, ...board.orders.filter((each) => each !== known)].slice(0, MAX_ORDERS),
    news: [item, ...board.news].slice(0, MAX_NEWS),
    totals: totalsAfter(board.totals, event, order.stage),
  };
}

function orderAfter(known: Order | undefined, event: OrderNewsFragment): Order {
  const changedAt = event.meta.recordedAt;
  // References show the present: a customer's new name comes with the next event of the order.
  const details = event.__typename === 'OrderPlaced' ? { ...event, placedAt: event.meta.occurredAt } : event.order;
  const base = { ...known, ...detailsOf(known, details), id: event.orderId, changedAt };
  switch (event.__typename) {
    case 'OrderPlaced':
      return { ...base, stage: 'placed', note: null };
    case 'OrderPaid':
      return { ...base, stage: 'paid', total: base.total ?? event.amount, note: null };
    case 'OrderShipped':
      return { ...base, stage: 'shipped', note: `${event.carrier} · ${event.trackingNumber}` };
    case 'OrderCancelled':
      return { ...base, stage: 'cancelled', note: event.reason };
  }
}

/** What is known of an order without its stage; an order that was placed before the board began comes with its reference. */
function detailsOf(known: Order | undefined, details: OrderOnBoardFragment | null): Pick<Order, 'customer' | 'lines' | 'total' | 'placedAt'> {
  if (details === null) return { customer: known?.customer ?? null, lines: known?.lines ?? [], total: known?.total ?? null, placedAt: known?.placedAt ?? null };
  return {
    // A reference that could not be read in time is null; what an earlier event told is still true.
    customer: details.customer?.name ?? known?.customer ?? null,
    lines: details.lines.map(({ quantity, sku, product }) => ({ quantity, name: product?.name ?? sku })),
    total: details.total,
    placedAt: details.placedAt,
  };
}

function totalsAfter(totals: Totals, event: OrderNewsFragment, stage: Stage): Totals {
  const paid = event.__typename === 'OrderPaid' ? event.amount : null;
  return {
    events: totals.events + 1,
    counts: { ...totals.counts, [stage]: totals.counts[stage] + 1 },
    takings: paid === null ? totals.takings : { ...totals.takings, [paid.currency]: (totals.takings[paid.currency] ?? 0) + paid.amount },
    since: totals.since ?? event.meta.recordedAt,
  };
}
