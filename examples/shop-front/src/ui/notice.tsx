import type { ReactNode } from 'react';
import type { StoreStatus } from 'sluice/client';
import type { Outage } from '../live/outage';
import { counted, preciseTime } from './format';

interface NoticeProps {
  readonly status: StoreStatus;
  readonly outage: Outage;
  readonly loaded: boolean;
  readonly error: unknown;
}

/** Says when the board is not what it seems, and when it is again. The frame is always there, so that screen readers hear what comes into it. */
export function Notice(props: NoticeProps) {
  return <div className="notice-frame" role="status">{noticeOf(props)}</div>;
}

function noticeOf({ status, outage: { lostAt, caughtUp }, loaded, error }: NoticeProps): ReactNode {
  if (status === 'failed' || status === 'complete') {
    return (
      <p className="notice" data-kind="failed">
        <span><strong>The board has stopped.</strong> {reasonOf(error)}</span>
        <button type="button" onClick={() => location.reload()}>Load it anew</button>
      </p>
    );
  }
  if (lostAt !== null) {
    return (
      <p className="notice" data-kind="lost">
        <span><strong>Connection lost at {preciseTime(lostAt)}.</strong> You see the orders as they were then. What happens meanwhile is not lost: it comes as soon as the connection is back.</span>
      </p>
    );
  }
  if (caughtUp !== null) {
    return (
      <p className="notice" data-kind="caught-up">
        <span><strong>Caught up: {counted(caughtUp.events, 'event')}</strong> since {preciseTime(caughtUp.lostAt)}.</span>
      </p>
    );
  }
  if (!loaded) return <p className="notice" data-kind="loading"><span>Loading the latest orders. Should the gateway be away, they appear as soon as it is back.</span></p>;
  return null;
}

function reasonOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : null;
  return typeof message === 'string' && message !== '' ? message : 'The gateway has ended the subscription.';
}
