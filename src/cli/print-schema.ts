import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { EventModel } from '../event/model.js';
import { deriveSchema } from '../graphql/derive/derive.js';
import { SchemaError } from '../graphql/derive/schema-error.js';
import { loadSources } from '../graphql/derive/sources.js';

/*
 * First half of `npm run codegen`: writes the served schema, which editors and code generators read, and the types of
 * `publish(tx, 'OrderPlaced', data)` and of processors. codegen.ts does the rest from what is written here.
 */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = 'schema/commerce';

function eventInputs(model: EventModel): string {
  const types = [...model.types.values()];
  return [
    `// Made by \`npm run codegen\` from ${SOURCES}. Do not edit.`,
    `import { processorsOf } from '../../consumer/definition.js';\nimport { pipelinesOf } from '../../consumer/steps/pipeline.js';\nimport type {\n${types.map((each) => `  ${each.inputType},`).join('\n')}\n} from './graphql.js';`,
    `/** What each event type is published with. */\nexport interface EventInputs {\n${types.map((each) => `  ${each.name}: ${each.inputType};`).join('\n')}\n}`,
    `export type EventName = keyof EventInputs;`,
    `/** Defines a processor of these events. */\nexport const defineProcessor = processorsOf<EventInputs>();`,
    `/** The same, of steps. */\nexport const definePipeline = pipelinesOf<EventInputs>();\n`,
  ].join('\n\n');
}

async function print(): Promise<void> {
  process.chdir(ROOT);
  const { sdl, model, warnings } = deriveSchema(await loadSources(SOURCES));
  const header = `# Made by \`npm run codegen\` from schema/gateway.graphql and ${SOURCES}. Do not edit.\n\n`;
  await writeFile('schema/derived.graphql', header + sdl);
  await mkdir('src/commerce/generated', { recursive: true });
  await writeFile('src/commerce/generated/events.ts', eventInputs(model));
  for (const warning of warnings) console.warn(`Warning: ${warning}`);
}

print().catch((error: unknown) => {
  console.error(error instanceof SchemaError ? error.message : error);
  process.exitCode = 1;
});
