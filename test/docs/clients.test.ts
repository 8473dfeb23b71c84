import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const samples = [...readFileSync(path.join(ROOT, 'docs/clients.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const GIVEN = "import { OrderEventsDocument } from './generated/graphql.js';\n";

test('every sample of docs/clients.md compiles', () => {
  expect(samples.length).toBeGreaterThan(3);
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), ts.sys.readFile) as { config: { compilerOptions: unknown } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const files = new Map(samples.map((text, index) => [path.join(ROOT, `test/sample-${index}.ts`), `${text.includes('OrderEventsDocument') ? GIVEN : ''}${text.replaceAll("'sluice/client'", "'../src/client/index.js'")}`]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, version, ...rest) => {
    const text = files.get(path.resolve(name));
    return text === undefined ? getSourceFile.call(host, name, version, ...rest) : ts.createSourceFile(name, text, version);
  };
  host.fileExists = (name) => files.has(path.resolve(name)) || fileExists.call(host, name);
  host.readFile = (name) => files.get(path.resolve(name)) ?? readFile.call(host, name);
  const program = ts.createProgram([...files.keys()], { ...options, types: [] }, host);
  const problems = [...files.keys()].flatMap((name) => program.getSemanticDiagnostics(program.getSourceFile(name)).map(({ messageText }) => `${path.basename(name)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`));
  expect(problems).toEqual([]);
});
