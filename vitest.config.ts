import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';

export default defineConfig({
  // Vite would take graphql's `module` entry where Node takes its `main`: two copies, and "another module or realm".
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(new URL('node_modules/graphql/index.js', import.meta.url)) }] },
  test: {
    include: ['test/**/*.test.ts'],
    // Needs a browser: vitest.browser.config.ts.
    exclude: [...configDefaults.exclude, 'test/browser/**'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/setup.ts'],
    // A worker loads the modules once, not once per file: that cost a second of each. So a module must not keep anything of a
    // file, and must not register hooks when it is loaded.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As `waitFor`; the default of 1 s is too short for a busy machine.
    expect: { poll: { timeout: 20_000 } },
    // For two cores: much of a test is waiting for a process or a timer.
    maxWorkers: 3,
  },
});
