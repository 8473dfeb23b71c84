import { afterAll } from 'vitest';
import { killAll } from './process.js';

// Runs anew for every test file; what it imports is loaded once per worker (vitest.config.ts).
afterAll(killAll);
