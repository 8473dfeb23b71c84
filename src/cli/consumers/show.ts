import { jsonLine, printable } from '../terminal/printable.js';
import { styleFor, widthOf, type Style } from '../terminal/style.js';
import { createTable } from '../terminal/table.js';
import { number, span } from '../terminal/words.js';
import type { Consumer, DetailedConsumer } from './consumer.js';

const rate = (value: number): string => (value === 0 ? '0' : value < 10 ? value.toFixed(1) : number(Math.round(value)));
const minute = (text: string): string => text.slice(0, 16).replace('T', ' ');

const about = ({ lag }: Consumer): string => (lag.source === 'LOG_CUT_SHORT' ? 'over ' : '');
const eta = ({ etaMs }: Consumer): string => (etaMs === null ? '-' : etaMs === 0 ? 'caught up' : span(etaMs / 1_000));
const errors = ({ rates }: Consumer): string => (rates.error === null ? '-' : `${(rates.error * 100).toFixed(rates.error < 0.1 ? 1 : 0)} %`);

/** What a status means at present: one that runs needs a gateway, one that is lagged may run or not. */
function statusOf({ status, paused, gateways }: Consumer): string {
  const without = !paused && status !== 'DONE' && gateways === 0 ? 'no gateway' : null;
  if (status === 'LAGGED') return ['lagged', paused ? 'paused' : without].filter((each) => each !== null).join(', ');
  return without ?? status.toLowerCase();
}

/** The table of `sluice consumers`. */
export function consumersTable(consumers: readonly Consumer[]): string {
  if (consumers.length === 0) return '';
  const table = createTable({ head: ['consumer', 'status', 'lag', 'behind', 'caught up in', 'a second', 'errors', 'dead', 'parked', 'gateways'], width: widthOf(process.stdout), style: styleFor(process.stdout) });
  return table(consumers.map((each) => [
    each.name, statusOf(each), about(each) + number(each.lag.events), about(each) + span(each.lag.ms / 1_000), eta(each), rate(each.rates.delivered), errors(each),
    number(each.counts.dead), number(each.counts.retrying + each.counts.waiting), String(each.gateways),
  ]));
}

export const consumersJson = (consumers: readonly Consumer[], more: object = {}): string => consumers.map((each) => jsonLine({ ...each, ...more })).join('');

const SOURCES: Readonly<Record<string, string>> = {
  GATEWAYS: '',
  LOG: ' (counted in the log, no gateway works for it)',
  LOG_CUT_SHORT: ' (counted in the last 100,001 of the log, no gateway works for it)',
};

/** `sluice consumers show`. */
export function consumerPage(consumer: DetailedConsumer): string {
  const style = styleFor(process.stdout);
  const { counts, rates, lag } = consumer;
  const why = [consumer.statusReason, consumer.statusBy === null ? null : `by ${consumer.statusBy}`, `since ${minute(consumer.statusAt)}`].filter((each) => each !== null).join(', ');
  const lines: [string, string][] = [
    ['status', `${statusOf(consumer)}: ${why}`],
    ...(consumer.laggedSince === null ? [] : [['lagged', `since ${minute(consumer.laggedSince)}: retention took ${number(counts.lost)} positions before it came to them; \`resume\` says that you know`] as [string, string]]),
    ['kind', `${consumer.kind.toLowerCase()}, ${consumer.delivery.toLowerCase().replaceAll('_', '-')}${consumer.tenant === null ? '' : `, tenant ${consumer.tenant}`}${consumer.forkOf === null ? '' : `, fork of ${consumer.forkOf}`}`],
    ['reads', `${consumer.types.join(', ')} of ${consumer.topics.join(', ')}, after position ${consumer.startPosition}${consumer.endPosition === null ? '' : ` up to ${consumer.endPosition}`}`],
    ['lag', `${about(consumer)}${number(lag.events)} events, ${about(consumer)}${span(lag.ms / 1_000)}${SOURCES[lag.source] ?? ''}`],
    ['caught up in', eta(consumer)],
    ['a second', `${rate(rates.delivered)} delivered, ${rate(rates.failed)} failed (${errors(consumer)}), ${rate(rates.added)} new`],
    ['events', `${number(counts.delivered)} delivered, ${number(counts.skipped)} skipped, ${number(counts.discarded)} discarded, ${number(counts.dead)} dead, ${number(counts.retrying)} retrying, ${number(counts.waiting)} waiting`],
    ['of them', `${number(counts.lost)} lost${consumer.lostAt === null ? '' : ` (${minute(consumer.lostAt)})`}, ${number(counts.late)} late; ${number(counts.failed)} attempts failed`],
  ];
  const head = `${style.name(printable(consumer.name))}\n${lines.map(([name, text]) => `  ${style.dim(name.padEnd(14))}${printable(text)}\n`).join('')}`;
  return `${head}\n${ownersTable(consumer, style)}${consumer.actions.length === 0 ? '' : `\n${actionsTable(consumer, style)}`}`;
}

/** Slots by who works on them. */
function ownersTable({ slots }: DetailedConsumer, style: Style): string {
  const owners = [...new Set(slots.map(({ owner }) => owner))];
  const table = createTable({ head: ['gateway', 'slots', 'position', 'watermark', 'delivered', 'failed'], width: widthOf(process.stdout), style });
  return table(owners.map((owner) => {
    const own = slots.filter((each) => each.owner === owner);
    const least = own.reduce((one, other) => (BigInt(other.position) < BigInt(one.position) ? other : one));
    const sum = (field: 'delivered' | 'failed'): string => number(own.reduce((total, each) => total + each[field], 0));
    return [owner ?? 'none', String(own.length), least.position, own.map(({ watermark }) => watermark ?? '').sort().at(-1) ?? '', sum('delivered'), sum('failed')];
  }));
}

function actionsTable({ actions }: DetailedConsumer, style: Style): string {
  const table = createTable({ head: ['decided', 'what', 'by', 'reason', 'details'], width: widthOf(process.stdout), style });
  return table(actions.map(({ at, action, principal, reason, details }) => [minute(at), action, principal ?? 'the gateway', reason ?? '', JSON.stringify(details)]));
}
