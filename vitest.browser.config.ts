import { configDefaults, defineConfig } from 'vitest/config';
import base from './vitest.config.js';

/** `npm run test:browser`: what needs a Chromium (CHROME_PATH, or one in its usual places). */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/browser/**/*.test.ts'],
    exclude: [...configDefaults.exclude],
    testTimeout: 120_000,
  },
});
