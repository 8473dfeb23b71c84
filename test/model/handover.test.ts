import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../src/event/event.js';
import { tell, type Reader, type Step, type Told } from '../../src/stream/handover.js';
import { commands, REAL, World, type Command, type Handover } from './log-world.js';

const RUNS = 10_000;

function play(handover: Handover, seen: Record<string, number> = {}): fc.RunDetails<[Command[]]> {
  return fc.check(fc.property(commands, (list) => {
    const world = new World(handover, seen);
    for (const command of list) world.run(command);
    world.settle();
  }), { numRuns: RUNS });
}

/** The rules with one of them replaced. */
function mutate(change: (reader: Reader, told: Told) => Step | undefined): Handover {
  return { readFrom: REAL.readFrom, tell: (reader, told) => change(reader, told) ?? tell(reader, told) };
}

const take = (events: readonly LogEvent[]): Step => ({ reader: { mode: 'ring', last: events.at(-1)?.position ?? 0 }, deliver: events, gap: false });

describe('handover', () => {
  it(`G5: delivers the dense sequence after the start, or says why not, over ${RUNS} random histories`, () => {
    const seen: Record<string, number> = {};
    const details = play(REAL, seen);
    expect(details.failed ? fc.defaultReportMessage(details) : null).toBeNull();
    expect(details.numRuns).toBe(RUNS);
    const ways = ['ring, delivered', 'ring, empty', 'ring, too old', 'ring, refused', 'page, delivered', 'page, empty', 'page, refused', 'moved', 'gap', 'resumed', 'expired'];
    expect(ways.filter((way) => (seen[way] ?? 0) < 100), JSON.stringify(seen)).toEqual([]);
  });

  // The naive designs (docs/guarantees.md): each lacks one assertion, and the same model finds a history that breaks it.
  it('fails without the assertion on what the ring answers', () => {
    const naive = mutate((reader, told) =>
      (reader.mode === 'ring' && told.kind === 'ring' && told.events !== undefined && told.events.length > 0 ? take(told.events) : undefined));
    const details = play(naive);
    expect(details.failed).toBe(true);
    expect(String(details.errorInstance)).toMatch(/delivered \[/);
  });

  it('fails without the assertion on what the log answers: what retention removed is skipped in silence', () => {
    const naive = mutate((reader, told) => (reader.mode === 'log' && told.kind === 'page' && told.events.length > 0 ? take(told.events) : undefined));
    const details = play(naive);
    expect(details.failed).toBe(true);
    expect(String(details.errorInstance)).toMatch(/delivered \[/);
  });

  it('fails when a reader that the ring has outrun passes over what it missed', () => {
    const naive = mutate((reader, told) =>
      (reader.mode === 'ring' && told.kind === 'ring' && told.events === undefined ? { reader: { mode: 'ring', last: reader.last + 1 }, deliver: [], gap: false } : undefined));
    expect(play(naive).failed).toBe(true);
  });

  it('ignores answers to questions that it did not ask', () => {
    fc.assert(fc.property(fc.constantFrom<Reader['mode']>('ring', 'log', 'wait'), fc.nat(), fc.constantFrom<Told>({ kind: 'ring', events: [] }, { kind: 'page', events: [] }, { kind: 'moved' }), (mode, last, told) => {
      const asked = { ring: 'ring', log: 'page', wait: 'moved' }[mode];
      fc.pre(told.kind !== asked);
      expect(tell({ mode, last }, told)).toEqual({ reader: { mode, last }, deliver: [], gap: false });
    }));
  });
});
