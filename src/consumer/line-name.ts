/** Names a key of a tenant: neither has U+0000. */
export function lineName(tenant: string, lane: string): string {
  return `${tenant}\0${lane}`;
}
