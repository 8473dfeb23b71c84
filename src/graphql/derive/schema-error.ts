import { getLocation, Kind, type ASTNode, type NameNode } from 'graphql';

/** Line and column count from 1. */
interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with the SDL, where, and what to do about it. */
export interface SchemaProblem extends Place {
  readonly message: string;
  readonly remedy: string;
}

/** The SDL cannot be served. Thrown at boot, with everything that is wrong at once, by file and line. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  readonly problems: readonly SchemaProblem[];

  constructor(problems: readonly SchemaProblem[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    const lines = problems.map((each) => `  ${each.file}:${each.line}:${each.column}\n    ${each.message}\n    Remedy: ${each.remedy}`);
    super(`The GraphQL schema has ${count}:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/** Collects what is wrong, so that one start shows all of it. */
export interface Problems {
  readonly found: readonly SchemaProblem[];
  add(node: ASTNode | undefined, message: string, remedy: string): void;
  /** For problems that no definition has: a file's, or a line that cannot be read. */
  addAt(place: Place, message: string, remedy: string): void;
  /** As `add`, unless this line has a problem already: a general rule has nothing to add to a special one. */
  addUnlessKnown(node: ASTNode | undefined, message: string, remedy: string): void;
  /** @throws SchemaError when there are any. */
  check(): void;
}

export function collectProblems(): Problems {
  const found: SchemaProblem[] = [];
  return {
    found,
    add: (node, message, remedy) => {
      found.push({ ...place(node), message, remedy });
    },
    addAt: (where, message, remedy) => {
      found.push({ ...where, message, remedy });
    },
    addUnlessKnown: (node, message, remedy) => {
      const at = place(node);
      if (!found.some((each) => each.file === at.file && each.line === at.line)) found.push({ ...at, message, remedy });
    },
    check: () => {
      if (found.length === 0) return;
      throw new SchemaError([...found].sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column));
    },
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `file:line` of a node, for messages. */
export function at(node: ASTNode | undefined): string {
  const { file, line } = place(node);
  return `${file}:${line}`;
}

/** A definition begins at its description, but what a reader looks for is its name. */
function place(node: ASTNode | undefined): Place {
  const loc = node === undefined ? undefined : (nameOf(node)?.loc ?? node.loc);
  if (loc === undefined) return { file: '(derived)', line: 1, column: 1 };
  return { file: loc.source.name, ...getLocation(loc.source, loc.start) };
}

const nameOf = (node: ASTNode): NameNode | undefined => (node.kind !== Kind.DIRECTIVE && 'name' in node ? node.name : undefined);
