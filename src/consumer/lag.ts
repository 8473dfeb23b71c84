import type { Slot } from './slot.js';

/**
 * How far a gateway is behind with its slots: events that wait in memory, are parked, or were not read yet, and milliseconds since the
 * oldest of those in memory was recorded, or, of what was not read, the one before.
 */
export function lagOf(slots: readonly Slot[], places: readonly { readonly position: number; readonly lastRecorded: number }[], head: number, now: number): { readonly lagEvents: number; readonly lagMs: number } {
  let events = 0;
  let oldest = now;
  for (const slot of slots) {
    events += slot.queued + slot.parked;
    if (slot.oldest !== undefined) oldest = Math.min(oldest, slot.oldest.event.recordedAt.getTime());
  }
  for (const { position, lastRecorded } of places) {
    if (position >= head) continue;
    events += head - position;
    if (lastRecorded > 0) oldest = Math.min(oldest, lastRecorded);
  }
  return { lagEvents: events, lagMs: events === 0 ? 0 : now - oldest };
}
