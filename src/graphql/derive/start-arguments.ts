import type { InputValueDefinitionNode, UnionTypeDefinitionNode } from 'graphql';
import { inputValue } from './node.js';

/** Where a subscription starts: arguments of every one that the gateway derives. */
export const startArguments = (from: UnionTypeDefinitionNode): InputValueDefinitionNode[] => [
  inputValue('after', { type: 'Cursor', description: 'Start after this place, such as the cursor of the last event you have seen.', from }),
  inputValue('from', { type: 'StartFrom', default: 'NOW', description: 'Start here when nothing else is given.', from }),
  inputValue('since', { type: 'DateTime', description: 'Start with the first event recorded at or after this moment.', from }),
  inputValue('last', { type: 'Int', description: 'Start so many matching events back; at most 1,000.', from }),
];
