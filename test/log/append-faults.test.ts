import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newEventId } from '../../src/event/event-id.js';
import { call, createLog, noted, type TestLog } from '../support/log.js';
import { waitFor } from '../support/wait.js';
import { connectRaw, wire, type RawConnection } from '../support/wire-protocol.js';

/*
 * G8, the half about append: a caller that is frozen or killed anywhere in the middle holds up nobody and leaves the
 * log dense. Seen to fail: with the last COMMIT of sluice.append (drizzle/gateway/0000_log.sql) taken away, the head
 * stays locked from Execute to Sync, and those tests below that freeze a caller end in "did not get in" (a caller that is
 * killed lets go of the lock either way).
 */

let log: TestLog;
const open = new Set<RawConnection>();
beforeAll(async () => {
  log = await createLog();
});
afterAll(async () => {
  for (const each of open) each.destroy();
  await log.close();
});

async function raw(): Promise<RawConnection> {
  const connection = await connectRaw(log.url);
  open.add(connection);
  return connection;
}

/** An append of one event with this id, as text. */
function appendOf(id: string): string {
  return `CALL sluice.append(1000, true, false, '1 day', ARRAY['${newEventId()}']::uuid[], ARRAY['default'], ARRAY[NULL]::text[], ARRAY[NULL]::bytea[],
    ARRAY[1], ARRAY['${id}']::uuid[], ARRAY['NoteEvent'], ARRAY['Noted'], ARRAY['raw'], ARRAY[1], ARRAY['{"noteId":"raw"}'],
    ARRAY[NULL]::timestamptz[], ARRAY[NULL]::text[], ARRAY[NULL]::text[], ARRAY[NULL]::text[], NULL::json)`;
}

async function isStored(id: string): Promise<boolean> {
  return (await log.sql`SELECT FROM sluice.events WHERE id = ${id}`).length === 1;
}

/** Another gateway appends; throws when it has to wait. */
async function othersGetIn(): Promise<void> {
  let done = false;
  const appended = log.append([call([noted('other')])]).then(() => {
    done = true;
  });
  await waitFor(() => done, { timeoutMs: 10_000, what: 'another append, which did not get in' }).catch(async (error: unknown) => {
    // Let go of the lock, so that the append above ends before the next test begins.
    await log.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'raw' AND datname = current_database()`;
    await appended;
    throw error;
  });
}

async function expectDense(): Promise<void> {
  const positions = await log.positions();
  expect(positions).toEqual(positions.map((_, index) => index + 1));
}

describe('a caller of append that fails', () => {
  it('G8: frozen after Execute and before Sync, it holds up nobody, and its events are in', async () => {
    const frozen = await raw();
    const id = newEventId();
    frozen.send(Buffer.concat([wire.parse(appendOf(id)), wire.bind(), wire.execute(), wire.flush()]));
    await waitFor(() => isStored(id));
    await othersGetIn();
    await expectDense();
    frozen.destroy();
  });

  it.each(['frozen', 'killed'] as const)('G8: %s after any byte of its CALL, it leaves the log dense and open to others', async (fault) => {
    const messages = (id: string): Buffer => Buffer.concat([wire.parse(appendOf(id)), wire.bind(), wire.execute(), wire.sync()]);
    const { length } = messages(newEventId());
    // The last four messages byte by byte (Bind 15, Execute 10, Sync 5), and the long Parse here and there.
    const cuts = [1, 4, 100, length - 200, ...Array.from({ length: 32 }, (_, index) => length - 31 + index)];
    const appended: string[] = [];
    for (const cut of cuts) {
      const connection = await raw();
      const id = newEventId();
      connection.send(messages(id).subarray(0, cut));
      if (fault === 'killed') connection.destroy();
      appended.push(id);
      await othersGetIn();
    }
    await expectDense();
    const found = await log.sql<{ id: string; count: number }[]>`SELECT id, count(*)::int FROM sluice.events WHERE id = ANY(${appended}) GROUP BY id`;
    expect(found.filter((row) => row.count > 1)).toEqual([]);
    // Whose Execute arrived whole has appended when it is only frozen; a killed one may have or not.
    const whole = appended.filter((_, index) => (cuts[index] ?? 0) >= length - 5);
    if (fault === 'frozen') {
      await waitFor(async () => (await Promise.all(whole.map(isStored))).every(Boolean));
      await expectDense();
    }
    for (const each of open) each.destroy();
  });

  it('G8: frozen or killed while it waits for the head, it does not stop those behind it', async () => {
    const holder = await log.sql.reserve();
    await holder`BEGIN`;
    await holder`SELECT sluice.lock_head()`;
    const [frozen, killed] = [await raw(), await raw()];
    const ids = [newEventId(), newEventId()];
    for (const [index, each] of [frozen, killed].entries()) each.send(Buffer.concat([wire.parse(appendOf(ids[index] ?? '')), wire.bind(), wire.execute(), wire.flush()]));
    const waiting = async () => Number((await log.sql<{ count: number }[]>`SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'raw' AND wait_event = 'advisory' AND datname = current_database()`)[0]?.count);
    await waitFor(async () => (await waiting()) === 2);
    killed.destroy();
    await holder`COMMIT`;
    holder.release();
    await othersGetIn();
    await waitFor(() => isStored(ids[0] ?? ''));
    await expectDense();
    frozen.destroy();
  });

  it('G8: a backend terminated inside its append leaves nothing behind', async () => {
    const holder = await log.sql.reserve();
    await holder`BEGIN`;
    // It gets the head, and then waits inside for this table.
    await holder`LOCK sluice.event_ids IN ACCESS EXCLUSIVE MODE`;
    const stuck = await raw();
    const id = newEventId();
    stuck.send(Buffer.concat([wire.parse(appendOf(id)), wire.bind(), wire.execute(), wire.sync()]));
    await waitFor(async () => (await log.sql`SELECT FROM pg_stat_activity WHERE pid = ${stuck.processId} AND wait_event = 'relation'`).length === 1);
    await log.sql`SELECT pg_terminate_backend(${stuck.processId})`;
    await holder`COMMIT`;
    holder.release();
    await othersGetIn();
    expect(await isStored(id)).toBe(false);
    await expectDense();
  });

  // The naive design (docs/guarantees.md): the same append as a plain function. Its transaction ends at Sync, which never comes.
  it('would hold up everybody as a plain function frozen between Execute and Sync', async () => {
    await log.sql`
      CREATE FUNCTION public.naive_append(id uuid) RETURNS bigint LANGUAGE plpgsql AS $$
      DECLARE
        at_position bigint;
      BEGIN
        PERFORM sluice.lock_head();
        at_position := (sluice.head()).position + 1;
        PERFORM sluice.make_partitions(at_position);
        INSERT INTO sluice.events SELECT at_position, id, 'default', 'NoteEvent', 'Noted', 'naive', 1, '{"noteId":"naive"}', clock_timestamp(), clock_timestamp();
        RETURN at_position;
      END $$`;
    const frozen = await raw();
    frozen.send(Buffer.concat([wire.parse(`SELECT public.naive_append('${newEventId()}')`), wire.bind(), wire.execute(), wire.flush()]));
    await waitFor(() => frozen.messages.some((message) => message.tag === 'C'), { what: 'the function to return' });
    // Timeouts do not end it: before PostgreSQL 17 none covers a session that is silent inside an implicit transaction.
    const began = performance.now();
    let waited: number | undefined;
    const other = log.append([call([noted('behind')])]).then(() => {
      waited = performance.now() - began;
    });
    await waitFor(() => performance.now() - began >= 1_000);
    expect(waited).toBeUndefined();
    const [blocked] = await log.sql<{ wait_event: string }[]>`SELECT wait_event FROM pg_stat_activity WHERE ${frozen.processId} = ANY (pg_blocking_pids(pid))`;
    expect(blocked?.wait_event).toBe('advisory');
    frozen.send(wire.sync());
    await other;
    expect(waited).toBeGreaterThanOrEqual(1_000);
    await expectDense();
    frozen.destroy();
  });
});
