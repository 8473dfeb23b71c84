import type { Pool } from '../db/pool.js';
import type { Item, Slot, Take } from './slot.js';
import { isTimed, type ConsumerSpec } from './spec.js';
import { readLines, readParked } from './store/parked.js';
import { readDue } from './store/state.js';
import type { Result } from './work.js';

/** Reads what is parked in these slots, and what of their states is due. */
export async function readAnew(pool: Pool, spec: ConsumerSpec, slots: readonly Slot[]): Promise<void> {
  const indices = slots.map((slot) => slot.index);
  const lines = await pool.ask((sql) => readLines(sql, spec.name, indices));
  const due = !isTimed(spec) ? new Map<number, number>() : await pool.ask((sql) => readDue(sql, spec.name, indices));
  for (const slot of slots) {
    slot.setLines(lines.filter((each) => each.slot === slot.index));
    slot.due = due.get(slot.index) ?? null;
    slot.stale = false;
  }
}

/** The parked events of some takes, by position. */
export async function loadParked(pool: Pool, consumer: string, takes: readonly Take[]): Promise<ReadonlyMap<number, Item>> {
  const positions = takes.flatMap((take) => take.parked);
  if (positions.length === 0) return new Map();
  const loaded = await pool.ask((sql) => readParked(sql, consumer, positions));
  const items = new Map<number, Item>();
  for (const { slot, parked } of takes) {
    for (const position of parked) {
      const found = loaded.get(position);
      // Somebody decided about it meanwhile.
      if (found === undefined) slot.stale = true;
      else items.set(position, { slot, event: found.event, lane: found.lane, watermark: found.watermark, keyError: null, parked: true, attempts: found.attempts, history: found.history });
    }
  }
  return items;
}

/** What was committed is true in memory, too. */
export function settle(spec: ConsumerSpec, takes: readonly Take[], { progress, left, lines, effects, stale }: Result): void {
  const reached = new Map(progress.map((each) => [each.slot, each]));
  for (const { slot } of takes) {
    const to = reached.get(slot.index);
    if (to !== undefined) {
      slot.position = to.to;
      slot.watermark = to.watermark;
    }
    slot.putBack(left.get(slot) ?? []);
    if (stale === true) slot.stale = true;
  }
  for (const { slot, tenant, lane, line } of lines) {
    slot.setLine(tenant, lane, line);
    // A state of the key may be due that waited for this.
    if (line.length === 0 && isTimed(spec)) slot.due = 0;
  }
  for (const [{ slot }, { cell }] of isTimed(spec) ? effects : []) {
    const due = cell?.changed === true && !cell.cleared ? spec.state?.dueAt?.(cell.value)?.getTime() ?? null : null;
    if (due !== null) slot.due = Math.min(slot.due ?? due, due);
  }
}
