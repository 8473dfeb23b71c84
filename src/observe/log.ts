import pino, { type DestinationStream, type Logger } from 'pino';
import { maskPassword } from '../base/mask.js';

const SECRETS = ['password', 'authorization', 'cookie', 'token', 'secret'];
const MASKED = ['databaseUrl'];
/** How deep a secret is looked for: `password` to `a.b.c.password`. The paths are compiled, so every depth costs. */
const DEPTHS = ['', '*.', '*.*.', '*.*.*.'];

/**
 * The log of the gateway: one line of JSON each, on stderr unless `destination` is given (stdout is for the human:
 * start banner, `--help`). Errors go under `err`. Secrets by these names are `[redacted]`, four levels deep; database
 * URLs under `databaseUrl` keep all but the password. `level` `silent` writes nothing.
 *
 * Nothing that a client sends can start a line of its own or reach the terminal: JSON escapes CR, LF and ESC, and we
 * escape the control characters that it leaves (DEL, C1, the Unicode line ends).
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  // Synchronous: the last lines before a crash are the ones that matter.
  const stream = destination ?? pino.destination({ fd: 2, sync: true });
  return pino(
    {
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: DEPTHS.flatMap((depth) => [...SECRETS, ...MASKED].map((name) => depth + name)),
        censor: (value, path) => (MASKED.includes(path.at(-1) ?? '') && typeof value === 'string' ? maskPassword(value) : '[redacted]'),
      },
    },
    { write: (line) => stream.write(escapeControls(line)) },
  );
}

function escapeControls(line: string): string {
  return line.replace(/[\u007f-\u009f\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
