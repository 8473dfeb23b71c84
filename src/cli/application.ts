import path from 'node:path';
import type { Application } from '../graphql/application.js';

/** The example shop. */
export const COMMERCE = path.resolve(import.meta.dirname, '../../schema/commerce');

/** The commerce domain with its code, or any folder of SDL with none. */
export async function loadApplication(schemaDir: string): Promise<Application> {
  if (path.resolve(schemaDir) === COMMERCE) return (await import('../commerce/application.js')).commerce;
  return { name: path.basename(schemaDir), schema: schemaDir, migrations: [], resolvers: {}, loaders: {} };
}
