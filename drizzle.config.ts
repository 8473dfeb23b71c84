import { defineConfig } from 'drizzle-kit';

/** For `npx drizzle-kit generate`: migrations of the reference domain. Those of the gateway are written by hand. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/commerce/tables.ts',
  out: './drizzle/commerce',
});
