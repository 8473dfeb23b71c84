import path from 'node:path';
import { build } from 'esbuild';

/** `src/client` (with `react`: and its hooks, React and its renderer) as one script for a page: everything is in `window.sluice`. */
export async function bundleClient(what: 'client' | 'react' = 'client'): Promise<string> {
  const contents = what === 'client'
    ? "export * from './src/client/index.ts';"
    : "export * from './src/client/index.ts'; export * from './src/client/react.ts'; export { createElement, StrictMode } from 'react'; export { createRoot } from 'react-dom/client';";
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: path.resolve(import.meta.dirname, '../..'), loader: 'ts' },
    bundle: true, write: false, format: 'iife', globalName: 'sluice', platform: 'browser', target: 'es2022', logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error('esbuild wrote nothing');
  return bundle.text;
}
