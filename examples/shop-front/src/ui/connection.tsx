import type { StoreStatus } from 'sluice/client';

const WORDS: Readonly<Record<StoreStatus, string>> = {
  'connecting': 'Connecting',
  'catching-up': 'Catching up',
  'live': 'Live',
  'reconnecting': 'Reconnecting',
  'failed': 'Stopped',
  'complete': 'Ended',
};

/** What changes here is announced by the notice. */
export function Connection({ status }: { readonly status: StoreStatus }) {
  return <p className="connection" data-status={status}><span className="connection-dot" aria-hidden="true" />{WORDS[status]}</p>;
}
