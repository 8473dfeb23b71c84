import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildASTSchema } from 'graphql';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findStoredChanges } from '../../src/cli/schema/stored-changes.js';
import { deriveSchema } from '../../src/graphql/derive/derive.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { sluice } from './sluice.js';

let folder: string;
let gateways: TestGateways;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-schema-'));
  await cp('test/fixtures/notes', path.join(folder, 'notes'), { recursive: true });
  gateways = await createGateways();
});
afterAll(async () => {
  await gateways.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the compiler says of a file that uses the generated types. */
function compile(file: string, packages: Readonly<Record<string, string[]>> = {}): string[] {
  const program = ts.createProgram([file], {
    strict: true, noEmit: true, target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: Object.keys(packages).length === 0 ? [] : ['node'], paths: packages,
    skipLibCheck: true, exactOptionalPropertyTypes: true, lib: ['lib.es2023.d.ts', 'lib.es2024.string.d.ts', 'lib.dom.d.ts', 'lib.dom.asynciterable.d.ts', 'lib.dom.iterable.d.ts'], typeRoots: [path.resolve('node_modules/@types')],
  });
  return ts.getPreEmitDiagnostics(program).map((each) => ts.flattenDiagnosticMessageText(each.messageText, '\n'));
}

describe('sluice codegen', () => {
  it('writes SDL and types from a folder, finds drift, and types an exhaustive switch', async () => {
    const [out, types] = [path.join(folder, 'derived.graphql'), path.join(folder, 'events.ts')];
    const args = ['codegen', '--schema', path.join(folder, 'notes'), '--out', out, '--types', types];
    expect((await sluice([...args, '--check'])).code).toBe(1);
    const written = await sluice([...args, '--json']);
    expect(JSON.parse(written.stdout)).toEqual({ files: [{ file: out, state: 'written' }, { file: types, state: 'written' }] });
    expect((await sluice([...args, '--check'])).code).toBe(0);
    expect(await readFile(out, 'utf8')).toContain('union NoteEvent @topic(key: "noteId") = Noted | NoteRemoved');

    const user = path.join(folder, 'user.ts');
    await writeFile(user, `import type { EventInputs, NoteEvent } from './events.js';
      export const input: EventInputs['Noted'] = { noteId: 'n' };
      export function say(event: NoteEvent): string {
        switch (event.__typename) {
          case 'Noted': return event.meta.key + (event.text ?? '');
          case 'NoteRemoved': return event.reason ?? '';
          default: { const never: never = event; return never; }
        }
      }`);
    expect(compile(user)).toEqual([]);
    await writeFile(user, (await readFile(user, 'utf8')).replace("case 'NoteRemoved': return event.reason ?? '';", '').replace("{ noteId: 'n' }", '{}'));
    expect(compile(user)).toEqual([expect.stringContaining("'noteId' is missing"), expect.stringContaining('never')]);

    expect((await sluice(['codegen', '--schema', path.join(folder, 'notes'), '--processors'])).code).toBe(64);
    expect((await sluice([...args, '--processors'])).code).toBe(0);
    await writeFile(user, `import { defineProcessor } from './events.js';
      export const echo = defineProcessor({
        name: 'echo', topics: ['NoteEvent'], types: ['Noted', 'NoteRemoved'], delivery: 'exactly-once',
        handle(event, { emit }) {
          const text = (event.__typename === 'Noted' ? event.text : event.reason) ?? null;
          emit('Noted', { noteId: event.meta.id, text });
          emit('Noted', { text });
        },
      });`);
    // As in a project that has the package installed.
    expect(compile(user, { sluice: [path.resolve('src/index.ts')] })).toEqual([expect.stringContaining("Property 'noteId' is missing")]);
    expect((await sluice(args)).code).toBe(0);

    await writeFile(out, `${await readFile(out, 'utf8')}\n# by hand`);
    const drifted = await sluice([...args, '--check']);
    expect([drifted.code, drifted.stdout]).toEqual([1, `${out}: differs\n${types}: unchanged`]);
  }, 180_000);

  it('gives the same types from a running gateway', async () => {
    const { url } = await gateways.start();
    const [fromFolder, fromGateway] = [path.join(folder, 'folder.ts'), path.join(folder, 'gateway.ts')];
    expect((await sluice(['codegen', '--schema', 'test/fixtures/notes', '--types', fromFolder])).code).toBe(0);
    expect((await sluice(['codegen', '--url', url, '--types', fromGateway, '--out', path.join(folder, 'served.graphql')])).code).toBe(0);
    const body = async (file: string): Promise<string> => (await readFile(file, 'utf8')).split('\n').slice(1).join('\n');
    expect(await body(fromGateway)).toBe(await body(fromFolder));
    expect(await readFile(path.join(folder, 'served.graphql'), 'utf8')).toContain('type Noted implements Event');
  }, 120_000);
});

describe('sluice check-schema', () => {
  it('names mistakes with file, line and remedy, and what breaks against an earlier schema', async () => {
    const notes = path.join(folder, 'checked');
    await cp('test/fixtures/notes', notes, { recursive: true });
    const old = path.join(folder, 'old.graphql');
    expect((await sluice(['codegen', '--schema', notes, '--out', old])).code).toBe(0);
    const same = await sluice(['check-schema', notes, '--against', old]);
    expect([same.code, same.stdout]).toEqual([0, 'The schema can be served, and breaks nothing.']);

    const file = path.join(notes, 'notes.graphql');
    const sdl = await readFile(file, 'utf8');
    await writeFile(file, sdl.replace('text: String', 'text: String!').replace(' | NoteRemoved', ''));
    const breaking = await sluice(['check-schema', notes, '--against', old]);
    expect(breaking.code).toBe(1);
    expect(breaking.stdout).toContain('breaking   The event type NoteRemoved is no longer in NoteEvent');
    expect(breaking.stdout).toContain('breaking   Noted.text is new and required, but stored events of Noted do not have it.');
    expect(breaking.stdout).toMatch(/breaking {3}For clients: .*NotedInput\.text/);

    await writeFile(file, sdl.replace('@topic(key: "noteId")', '@topic(key: "colour")'));
    const wrong = await sluice(['check-schema', notes, '--json']);
    expect(wrong.code).toBe(1);
    expect((JSON.parse(wrong.stdout) as { problems: unknown[] }).problems[0]).toEqual({ file: expect.stringMatching(/notes\.graphql$/), line: 5, column: 6, message: expect.stringContaining('colour'), remedy: expect.any(String) });
  }, 180_000);
});

describe('changes of stored events', () => {
  const schema = (sdl: string) => buildASTSchema(deriveSchema([{ file: 'x.graphql', body: sdl }]).typeDefs);
  const base = (fields: string, directives = ''): string => `union E @topic(key: "id") = A | B  type A${directives} { id: ID! ${fields} }  type B { id: ID! }  type V { n: Int }`;
  const before = schema(base('v: V'));
  const found = (sdl: string): string[] => findStoredChanges(before, schema(sdl)).map(({ level, message }) => `${level}: ${message}`);

  it.each([
    ['nothing', base('v: V'), []],
    ['a new field that may be null, a new type', `${base('v: V  w: String')} type C { id: ID! } union F @topic(key: "id") = C`, []],
    ['a new required field', base('v: V  w: String!'), [/^breaking: A\.w is new and required/]],
    ['the same with a new version', base('v: V  w: String!', ' @version(n: 2)'), [/^dangerous: A\.w is new and required/]],
    ['a required field inside a value', base('v: V').replace('n: Int', 'n: Int!'), [/^breaking: V\.n is new and required/]],
    ['a type that is gone', base('v: V').replace('A | B', 'A').replace('type B { id: ID! }', ''), [/^breaking: The event type B is no longer in E/]],
    ['a type that has moved', `${base('v: V').replace('A | B', 'A')} union F @topic(key: "id") = B`, [/^breaking: The event type B has moved from E to F/]],
    ['another key', base('v: V  k: ID!').replace('key: "id"', 'key: "k"').replace('type B { id', 'type B { k: ID! id'), [/^breaking: The key of E is k, not id/, /A\.k/, /B\.k/]],
    ['a topic that is gone', base('v: V').replace('union E', 'union G'), [/^breaking: The topic E is gone/]],
  ])('%s', (_what, sdl, messages) => {
    expect(found(sdl)).toEqual(messages.map((message) => expect.stringMatching(message) as string));
  });

  it('a version that went back', () => {
    expect(findStoredChanges(schema(base('', ' @version(n: 3)')), schema(base('', ' @version(n: 2)'))).map(({ message }) => message)).toEqual([expect.stringContaining('went back from 3 to 2')]);
  });
});
