import { Kind, print, type DefinitionNode, type DocumentNode, type ObjectTypeDefinitionNode } from 'graphql';
import type { EventModel } from '../../event/model.js';
import { checkAccess } from './access.js';
import { acrossTypes, topicEnum } from './across.js';
import { readDocument } from './document.js';
import { readEntities, readReferences } from './entities.js';
import { checkFields } from './fields.js';
import { readInvalidations } from './invalidations.js';
import { createNames } from './names.js';
import { createReading, has, objectNamed, type Reading } from './reading.js';
import { rootTypes } from './roots.js';
import { checkRules } from './rules.js';
import { collectProblems, type Problems } from './schema-error.js';
import type { SchemaSource } from './sources.js';
import { readTopics, type Topics } from './topics.js';
import { completeEvent, inputOf, publishInput, topicTypes, type DerivedType } from './types.js';

/** A schema as the gateway serves it. */
export interface Derived {
  readonly model: EventModel;
  /** The whole SDL, with descriptions and directives; the same text for the same files. */
  readonly sdl: string;
  readonly typeDefs: DocumentNode;
  /** What is allowed but probably not meant, each with file and line. */
  readonly warnings: readonly string[];
}

/**
 * Makes the served schema of an application's SDL; the gateway's own SDL is added.
 * @throws SchemaError with every problem there is; after a syntax error only with those.
 */
export function deriveSchema(sources: readonly SchemaSource[]): Derived {
  const problems = collectProblems();
  const reading = createReading(readDocument(sources, problems), problems);
  if (reading.unions.length === 0) {
    problems.addAt(
      { file: sources[0]?.file ?? '(no file)', line: 1, column: 1 },
      'No topic is declared in any of the files.',
      'Mark a union of event types with @topic: union OrderEvent @topic(key: "orderId") = OrderPlaced',
    );
  }

  const warnings: string[] = [];
  const references = readReferences(reading, warnings);
  const topics = readTopics(reading, references);
  const entities = readEntities(reading, references);
  const invalidations = readInvalidations(reading, entities, references, topics.types, warnings);
  checkAccess(reading);

  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: definitions(reading, topics, problems) };
  checkRules(document, problems);
  problems.check();

  return {
    model: { topics: topics.topics, types: topics.types, entities, references, invalidations },
    // The printer indents the empty lines of descriptions.
    sdl: `${print(document).replace(/[ \t]+$/gm, '')}\n`,
    typeDefs: document,
    warnings: [...warnings, ...topics.warnings],
  };
}

/** The gateway's part, the roots, the application's part, what is derived from it: each in the order of the files. */
function definitions(reading: Reading, { topics, types }: Topics, problems: Problems): DefinitionNode[] {
  const events = [...types.keys()].flatMap((each) => objectNamed(reading, each) ?? []);
  const values = checkFields(reading, events, new Map());
  checkFields(reading, reading.objects.filter((each) => has(each, 'entity') && !types.has(each.name.value)), values);

  const derived: DerivedType[] = [
    ...reading.unions.flatMap((union) => {
      const topic = topics.get(union.name.value);
      return topic === undefined ? [] : topicTypes(reading, topic, union);
    }),
    ...[...events, ...values.values()].map((each) => inputOf(reading, each)),
    ...acrossTypes(reading, [...topics.values()]),
    ...topicEnum(reading, [...topics.values()]),
    ...publishInput(reading, [...topics.values()]),
  ];
  const names = createNames('type', reading.types, problems);
  const added = derived.filter(({ node, origin }) => names.derive(node.name.value, origin, 'Rename one of the two.')).map((each) => each.node);

  const isRoot = (name: string): boolean => name === 'Query' || name === 'Mutation';
  const written = [...reading.types.values()].filter((each) => !isRoot(each.name.value));
  const complete = written.map((each) => (types.has(each.name.value) ? completeEvent(each as ObjectTypeDefinitionNode) : each));
  return [
    ...reading.directives,
    ...complete.filter((each) => reading.gateway.has(each.name.value)),
    ...rootTypes(reading, [...topics.values()], types),
    ...complete.filter((each) => !reading.gateway.has(each.name.value)),
    ...added,
  ];
}
