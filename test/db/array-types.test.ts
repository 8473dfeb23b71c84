import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readArray, writeArray } from '../../src/db/array-types.js';
import { connect, type Sql } from '../../src/db/connect.js';

let sql: Sql;
beforeAll(() => {
  sql = connect({ url: inject('databaseUrl'), max: 1, name: 'test arrays' });
});
afterAll(() => sql.end());

// Postgres has no NUL in text, and postgres.js sends UTF-8: no lone surrogates.
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'NULL', 'null', '{', '}', '{}', ',', '"', '\\', ' a ', 'a"b\\c', '\n')).map((value) => value.replaceAll('\0', ''));

describe('arrays', () => {
  it('come back from the server as they went, of every text', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.option(text), { maxLength: 8 }), async (values) => {
      const [row] = await sql<{ back: unknown; length: number }[]>`SELECT ${values}::text[] AS back, cardinality(${values}::text[]) AS length`;
      expect(row).toEqual({ back: values, length: values.length });
    }), { numRuns: 200 });
  });

  it('are read and written the same, nested too', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.option(text), { minLength: 1 })), (values) => {
      expect(readArray(writeArray(values), String)).toEqual(values);
    }));
  });

  it('of every built-in type that the gateway or an application may meet', async () => {
    const [row] = await sql`SELECT ${[1, null, -3]}::int[] AS ints, ${['9007199254740993']}::bigint[] AS bigints, ARRAY[true, false] AS booleans,
      ${['2026-11-23T04:05:06.789Z']}::timestamptz[] AS moments, ${['6f1c2d0e-6d5b-4d2e-9a0e-5b1f6c7a8d93']}::uuid[] AS ids,
      ARRAY['\\x0001225cff'::bytea] AS bytes, ${['1.50']}::numeric[] AS numbers, ${[1.5]}::float8[] AS floats,
      ARRAY['{"a": [1, "\\"x"]}']::jsonb[] AS documents, '[0:1]={7,8}'::int[] AS bounded, '{{1,2},{3,4}}'::int[] AS nested, ${[]}::text[] AS nothing`;
    expect(row).toEqual({
      ints: [1, null, -3], bigints: ['9007199254740993'], booleans: [true, false], moments: [new Date('2026-11-23T04:05:06.789Z')],
      ids: ['6f1c2d0e-6d5b-4d2e-9a0e-5b1f6c7a8d93'], bytes: [Buffer.from([0, 1, 34, 92, 255])], numbers: ['1.50'], floats: [1.5],
      documents: [{ a: [1, '"x'] }], bounded: [7, 8], nested: [[1, 2], [3, 4]], nothing: [],
    });
  });

  // Seen to fail without `fetch_types: false`: the driver's own first query is cancelled too, and nobody hears of it
  // but the process, as an unhandled rejection.
  it('need no query of the driver, whose failure would end the process', async () => {
    const hasty = connect({ url: inject('databaseUrl'), max: 1, name: 'test hasty', settings: { statement_timeout: 1 } });
    await expect(hasty`SELECT pg_sleep(1)`).rejects.toMatchObject({ code: '57014', message: 'canceling statement due to statement timeout' });
    await hasty.end();
  });
});
