import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSender } from '../../src/webhook/sender.js';
import { spawnNode } from '../support/process.js';
import { endpoint, MESSAGE, NEVER } from './fixture.js';
import { selfSigned } from './self-signed.js';
import { answer, createSink, type Sink } from './sink.js';

let folder: string;
let sink: Sink;
let cert: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-https-'));
  const pair = selfSigned('localhost');
  cert = path.join(folder, 'cert.pem');
  await writeFile(cert, pair.cert);
  sink = await createSink({ tls: pair });
  sink.on('/', answer(200));
});
afterAll(async () => {
  await sink.close();
  await rm(folder, { recursive: true });
});

// Seen to fail with `rejectUnauthorized: false`: it was delivered.
it('a certificate that nobody vouches for is not accepted, also not of a host on the list', async () => {
  const sender = createSender({ allow: ['localhost'] });
  expect(await sender.send(endpoint(`${sink.url}/`), MESSAGE, NEVER)).toMatchObject({ kind: 'failed', status: null, reason: 'The certificate of the endpoint is not accepted (DEPTH_ZERO_SELF_SIGNED_CERT).' });
  expect(sink.count).toBe(0);
  await sender.close();
});

// Seen to fail with `rejectUnauthorized: false`: the second was delivered too.
it('one of NODE_EXTRA_CA_CERTS is, for its own name only', async () => {
  const sent = spawnNode('test/webhook/https-process.ts', { args: [`${sink.url}/`, `https://127.0.0.1:${sink.port}/`, `${sink.url}/`], env: { NODE_EXTRA_CA_CERTS: cert } });
  expect(await sent.exited, sent.lines.join('\n')).toEqual({ code: 0, signal: null });
  expect(sent.stdout.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { kind: 'delivered', status: 200 },
    { kind: 'failed', reason: 'The certificate of the endpoint is not accepted (ERR_TLS_CERT_ALTNAME_INVALID).' },
    { kind: 'delivered', status: 200 },
  ]);
  expect(sink.count).toBe(2);
});
