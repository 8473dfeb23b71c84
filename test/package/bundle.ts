import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What a front end may import, and the most it may weigh, in bytes after minifying. */
const BUNDLES = [
  { name: 'createResumableClient', source: "export { createResumableClient } from 'sluice/client';", most: 19_000 },
  { name: 'createEventStreamClient, iterate', source: "export { createEventStreamClient, iterate } from 'sluice/client';", most: 25_000 },
  { name: 'createEventStore over WebSocket', source: "export { createResumableClient, createEventStore, match } from 'sluice/client';", most: 40_000 },
  { name: 'all of sluice/client', source: "export * from 'sluice/client';", most: 52_000 },
  { name: 'sluice/client/react, React apart', source: "export * from 'sluice/client/react';", most: 30_000 },
];
/** The only files a bundle may be made of. */
const ALLOWED = /^(node_modules\/sluice\/dist\/client\/|node_modules\/graphql-ws\/dist\/|node_modules\/graphql\/|bundles\/)/;

/** Bundles the client as front ends do and prints what it weighs. Throws when a bundle has a file of the server, or is too heavy. */
export async function bundleSizes(project: string, nodePath: string): Promise<void> {
  console.log('── bundles (esbuild, minified, ES2022)');
  mkdirSync(path.join(project, 'bundles'));
  for (const [index, { name, source, most }] of BUNDLES.entries()) {
    const entry = path.join(project, 'bundles', `${index}.js`);
    writeFileSync(entry, source);
    const { outputFiles, metafile } = await build({
      entryPoints: [entry], absWorkingDir: project, nodePaths: [nodePath], bundle: true, minify: true, write: false, metafile: true,
      format: 'esm', platform: 'browser', target: 'es2022', external: ['react'], logLevel: 'warning',
    });
    const foreign = Object.keys(metafile.inputs).filter((input) => !ALLOWED.test(input));
    if (foreign.length > 0) throw new Error(`${name} pulls in ${foreign.join(', ')}`);
    const code = outputFiles[0]?.contents ?? new Uint8Array();
    console.log(`${name}: ${code.length} bytes, ${gzipSync(code).length} with gzip`);
    if (code.length > most) throw new Error(`${name} weighs more than ${most} bytes`);
  }
}
