/** Slots of every consumer. Part of what is stored: another number would hand keys to slots that have not seen their past. */
export const SLOTS = 64;

/** The slot in which events of a tenant with an order key are handled: FNV-1a over the code units, mixed as MurmurHash3 ends. */
export function slotOf(tenant: string, lane: string): number {
  let hash = 0x811c9dc5;
  for (const text of [tenant, '\0', lane]) {
    for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % SLOTS;
}
