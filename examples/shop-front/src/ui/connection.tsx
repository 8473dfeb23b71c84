import type { Status } from '../live/event-store';

const WORDS: Readonly<Record<Status, string>> = {
  'connecting': 'Connecting',
  'catching-up': 'Catching up',
  'live': 'Live',
  'reconnecting': 'Reconnecting',
  'failed': 'Stopped',
};

/** What changes here is announced by the notice. */
export function Connection({ status }: { readonly status: Status }) {
  return <p className="connection" data-status={status}><span className="connection-dot" aria-hidden="true" />{WORDS[status]}</p>;
}
