import type { Logger } from 'pino';
import { expect, test } from 'vitest';
import { createLogger } from '../../src/observe/log.js';

function capture(level = 'info'): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  return { log: createLogger(level, { write: (line) => void lines.push(line) }), lines };
}

test('a line is JSON with the level by name, an ISO time and the fields', () => {
  const { log, lines } = capture();
  log.debug('unseen');
  log.warn({ eventId: 'e1' }, 'late');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', eventId: 'e1', msg: 'late', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string });
});

test('secrets do not reach the log, at any of four depths', () => {
  const { log, lines } = capture();
  log.info({ password: 'p0', headers: { authorization: 'p1', cookie: 'p2' }, a: { b: { c: { token: 'p3' } } }, config: { databaseUrl: 'postgres://u:p4@h/d' } });
  log.child({ secret: 'p5' }).info('child');
  log.error({ err: Object.assign(new Error('no'), { password: 'p6', request: { headers: { authorization: 'p7' } } }) });
  expect(lines).toHaveLength(3);
  expect(lines.join('')).not.toMatch(/p\d/);
  expect(lines[0]).toContain('postgres://u:***@h/d');
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({ err: { message: 'no', password: '[redacted]' } });
});

test('no text can forge a line or control the terminal', () => {
  const { log, lines } = capture();
  const hostile = 'a\r\n{"level":"fatal"}\u001b[2J\u009b2J\u007f\u2028\u0000';
  log.info({ key: hostile, [hostile]: 1 }, hostile);
  expect(lines).toHaveLength(1);
  const line = lines[0] ?? '';
  expect(line.endsWith('\n')).toBe(true);
  expect(line.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
  expect(JSON.parse(line)).toMatchObject({ key: hostile, msg: hostile, [hostile]: 1 });
});
