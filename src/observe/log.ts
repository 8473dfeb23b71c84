import pino, { type DestinationStream, type Logger } from 'pino';
import { maskPassword } from '../base/mask.js';

const SECRETS = ['password', 'authorization', 'cookie', 'token', 'secret'];
const MASKED = ['databaseUrl'];
/** How deep a secret is looked for: `password` to `a.b.c.password`. The paths are compiled, so every depth costs. */
const DEPTHS = ['', '*.', '*.*.', '*.*.*.'];

/** Characters of a line at most, and of a text in a line that is longer than that. */
const MAX_LINE = 16_384;
const MAX_TEXT = 2_000;
/** Members of a list or an object in such a line. */
const MAX_MEMBERS = 20;

/**
 * The log of the gateway: one line of JSON each, on stderr unless `destination` is given (stdout is for the human:
 * start banner, `--help`). Errors go under `err`. Values of statements are left out. Secrets by these names are `[redacted]`, four levels deep; database
 * URLs under `databaseUrl` keep all but the password. `level` `silent` writes nothing.
 *
 * Nothing that a client sends can start a line of its own or reach the terminal: JSON escapes CR, LF and ESC, and we
 * escape the control characters that it leaves (DEL, C1, the Unicode line ends). Nor can it make a line endless: one of
 * more than 16,384 characters has its long texts and lists cut, and says so in `cutFrom` (what it had).
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  // Synchronous: the last lines before a crash are the ones that matter.
  const stream = destination ?? pino.destination({ fd: 2, sync: true });
  return pino(
    {
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: withoutValues },
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: DEPTHS.flatMap((depth) => [...SECRETS, ...MASKED].map((name) => depth + name)),
        censor: (value, path) => (MASKED.includes(path.at(-1) ?? '') && typeof value === 'string' ? maskPassword(value) : '[redacted]'),
      },
    },
    { write: (line) => stream.write(escapeControls(line.length > MAX_LINE ? cut(line) : line)) },
  );
}

/** As pino writes errors, but for the values of a statement that failed, which drizzle puts into its message: they are what clients sent. */
function withoutValues(error: Error): object {
  const values: string[] = [];
  for (let each: unknown = error; each instanceof Error && values.length < MAX_MEMBERS; each = each.cause) {
    if ('params' in each && Array.isArray(each.params)) values.push(`\nparams: ${each.params.join(',')}`);
  }
  const written = pino.stdSerializers.err(error);
  if (values.length === 0) return written;
  const strip = (text: string): string => values.reduce((left, part) => left.replaceAll(part, () => ''), text);
  return { ...written, message: strip(written.message), stack: strip(written.stack), params: undefined };
}

function escapeControls(line: string): string {
  return line.replace(/[\u007f-\u009f\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function cut(line: string): string {
  const whole = JSON.parse(line) as { level: string; time: string; msg?: string };
  const shortened = JSON.stringify({ ...(shorten(whole) as object), cutFrom: line.length });
  const { level, time, msg } = whole;
  return `${shortened.length <= MAX_LINE ? shortened : JSON.stringify({ level, time, cutFrom: line.length, msg: msg?.slice(0, MAX_TEXT) })}\n`;
}

function shorten(value: unknown): unknown {
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (Array.isArray(value)) return value.slice(0, MAX_MEMBERS).map(shorten);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).slice(0, MAX_MEMBERS).map(([name, inner]) => [name.slice(0, MAX_TEXT), shorten(inner)]));
}
