import type { ASTNode } from 'graphql';
import { at, type Problems } from './schema-error.js';

/** The names of one kind (types, or fields of one root), so that nothing derived takes a name that is in use. */
export interface Names {
  /**
   * Takes a name for something derived from `origin`; false, and a problem, when it is taken.
   * @param remedy what the author of `origin` can do when both names are derived.
   */
  derive(name: string, origin: ASTNode, remedy: string): boolean;
}

/** @param written what the SDL itself has under these names. */
export function createNames(what: string, written: ReadonlyMap<string, ASTNode>, problems: Problems): Names {
  const derived = new Map<string, ASTNode>();
  return {
    derive(name, origin, remedy) {
      const own = written.get(name);
      const earlier = derived.get(name);
      if (own !== undefined) {
        problems.add(own, `The ${what} "${name}" has the name that the gateway derives from ${at(origin)}.`, `Rename yours, or remove it and use the derived one.`);
      } else if (earlier !== undefined) {
        problems.add(origin, `The ${what} "${name}" would be derived twice, here and from ${at(earlier)}.`, remedy);
      } else {
        derived.set(name, origin);
        return true;
      }
      return false;
    },
  };
}
