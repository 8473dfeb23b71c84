import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../src/client/', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));

/** React only where the hooks are: nobody else needs it. */
const PACKAGES = ['graphql-ws/client', 'graphql'];

test('src/client imports graphql-ws, graphql and its own files, nothing else', () => {
  const foreign = files.flatMap((name) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(folder, name), 'utf8'));
    return importedFiles
      .map(({ fileName }) => fileName)
      .filter((imported) => !PACKAGES.includes(imported) && !(imported === 'react' && name === 'react.ts') && !/^\.\/[\w-]+\.js$/.test(imported))
      .map((imported) => `${name}: ${imported}`);
  });
  expect(files.length).toBeGreaterThan(3);
  expect(foreign).toEqual([]);
});

test('src/client compiles with the types of a browser alone', () => {
  const { config } = ts.readConfigFile(fileURLToPath(new URL('../../tsconfig.json', import.meta.url)), ts.sys.readFile) as {
    config: { compilerOptions: unknown };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, folder);
  const program = ts.createProgram(files.map((name) => join(folder, name)), { ...options, types: [] });
  const messages = ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  expect(messages).toEqual([]);
  expect(program.getSourceFiles().some(({ fileName }) => fileName.includes('@types/node'))).toBe(false);
});
