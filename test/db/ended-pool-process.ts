import { once } from 'node:events';
import { connect } from '../../src/db/connect.js';

/** A pool that is ended when the next attempt to connect is due, and then nothing: Node ends when nothing is left. */
const url = process.env['DATABASE_URL'];
if (url === undefined) throw new Error('DATABASE_URL is missing.');
const closed = new AbortController();
const sql = connect({ url, max: 1, name: 'sluice ended', onClose: () => closed.abort() });
await sql`SELECT pg_terminate_backend(pg_backend_pid())`.catch((error: unknown) => console.log(String(error)));
if (!closed.signal.aborted) await once(closed.signal, 'abort');
const asked = sql`SELECT 1`.catch((error: unknown) => console.log(String(error)));
await sql.end({ timeout: 0 });
await asked;
console.log('ended');
