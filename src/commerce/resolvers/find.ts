import type { Row } from '../../reference/row.js';
import type { CommerceContext } from '../context.js';

/** One entity by its key, read with the loaders that serve `@reference`; null when there is none. */
export async function findOne(context: Pick<CommerceContext, 'loaders' | 'tenant'>, entity: string, key: string, value: string): Promise<Row | null> {
  const found = await context.loaders.load({ field: key, by: key, entity, to: key, many: false, invalidatedBy: [] }, value, context.tenant);
  if (found instanceof Array) throw new TypeError(`looking up one ${entity} found a list`);
  return found;
}
