#!/usr/bin/env node
import { runCommand } from './cli/run.js';

await runCommand(process.argv.slice(2));
