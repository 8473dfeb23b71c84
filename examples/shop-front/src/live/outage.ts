import { useEffect, useRef, useState } from 'react';
import type { StoreStatus } from 'sluice/client';

/** What there is to say about the connection, beside its status. */
export interface Outage {
  /** When the connection was lost (Unix, ms); null while there is one. */
  readonly lostAt: number | null;
  /** Events that came after the last outage, for `SHOWN_FOR` after everything was there again. */
  readonly caughtUp: { readonly events: number; readonly lostAt: number } | null;
}

/** Milliseconds for which "Caught up" stays. */
const SHOWN_FOR = 8_000;

/** Follows the status of a connection; `events` counts everything that ever came over it. */
export function useOutage(status: StoreStatus, events: number): Outage {
  const [outage, setOutage] = useState<Outage>({ lostAt: null, caughtUp: null });
  const lost = useRef<{ readonly at: number; readonly events: number } | null>(null);

  useEffect(() => {
    if (status === 'reconnecting' && lost.current === null) {
      lost.current = { at: Date.now(), events };
      setOutage({ lostAt: lost.current.at, caughtUp: null });
    }
    if (status === 'live' && lost.current !== null) {
      setOutage({ lostAt: null, caughtUp: { events: events - lost.current.events, lostAt: lost.current.at } });
      lost.current = null;
    }
  }, [status, events]);

  useEffect(() => {
    if (outage.caughtUp === null) return undefined;
    const timer = setTimeout(() => setOutage({ lostAt: null, caughtUp: null }), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [outage.caughtUp]);

  return outage;
}

/** One status for several subscriptions: the worst of them. */
export function worstOf(...statuses: readonly StoreStatus[]): StoreStatus {
  return WORST_FIRST.find((status) => statuses.includes(status)) ?? 'live';
}

const WORST_FIRST = ['failed', 'complete', 'reconnecting', 'connecting', 'catching-up', 'live'] as const satisfies readonly StoreStatus[];
