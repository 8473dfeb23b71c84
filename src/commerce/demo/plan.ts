import { customerLife, deliveryLife, fraudsterLife, strangerLife, type Action, type Life } from './life.js';
import { createRandom } from './random.js';
import { Stock } from './stock.js';

/** One call of the shop. */
export interface Step {
  /** 1, 2, 3, … */
  readonly number: number;
  /** Whose it is; the steps of a life follow one another. */
  readonly life: number;
  readonly action: Action;
  /** True when no further step of this life comes. */
  readonly last: boolean;
  /** True until the shop opens: what comes after needs all of these to be done. */
  readonly opening: boolean;
}

/** Events in a second of the shop's time: at this rate its time is ours. */
export const EVENTS_PER_SECOND = 5;
/** Lives that go on at once, at most: then the next one due goes on before its time. About 70 are usual. */
const MAX_LIVES = 1_000;

/** Of so many who come in, one is a fraudster; and which of them is the first. */
const VISITORS_PER_FRAUDSTER = 100;
const FIRST_FRAUDSTER = 5;

interface Open {
  readonly life: number;
  readonly going: Life;
  next: Action;
  /** When `next` is due, in seconds of the shop's time. */
  due: number;
}

/**
 * What happens in the shop, without end: the same steps for the same seed. Time in it is counted in events, so that
 * whoever plays it fast has everything happen fast: a step is yielded when it is due, and when none is, somebody new comes
 * in. It only plans; nothing here waits or calls.
 */
export function* planShop(seed: number): Generator<Step, never, void> {
  const random = createRandom(seed);
  const stock = new Stock();
  /** The next one due first. */
  const open: Open[] = [];
  let [lives, visitors, steps, events] = [0, 0, 0, 0];
  const now = (): number => events / EVENTS_PER_SECOND;

  const enter = (begin: (life: number) => Life): void => {
    lives += 1;
    const going = begin(lives);
    const first = going.next();
    if (first.done !== true) insert(open, { life: lives, going, next: first.value, due: now() + first.value.after });
  };
  const someone = (): void => enter((life) => {
    // Choices of its own: what one customer does is not changed by who comes in after.
    const own = createRandom(seed + 7_919 * life);
    visitors += 1;
    if (visitors % VISITORS_PER_FRAUDSTER === FIRST_FRAUDSTER) return fraudsterLife(own, stock, `${seed.toString(36)}${life.toString(36)}`);
    return random.chance(0.08) ? strangerLife(own) : customerLife(own, stock, `${seed.toString(36)}${life.toString(36)}`);
  });

  // Its shelves are empty, so this is every product. Not before the goods are there does the shop open.
  for (const product of stock.running()) enter(() => deliveryLife(random, stock, product, 0, 'opening stock'));
  let opening = open.length;
  for (;;) {
    const isDue = open[0] !== undefined && open[0].due <= now();
    if (!isDue && opening <= 0 && open.length < MAX_LIVES) someone();
    const current = open.shift();
    if (current === undefined) continue;
    const action = current.next;
    const further = current.going.next();
    yield { number: steps += 1, life: current.life, action, last: further.done === true, opening: opening > 0 };
    events += action.events;
    opening -= 1;
    if (further.done !== true) {
      current.next = further.value;
      // From when it was done, not from when it was due: between the two there is always what the plan says.
      current.due = now() + further.value.after;
      insert(open, current);
    }
    for (const product of stock.running()) {
      enter(() => deliveryLife(random, stock, product, random.between(10, 30), 'delivery'));
    }
  }
}

/** Keeps the list in the order of what is due; of two at the same time the earlier one stays first. */
function insert(open: Open[], one: Open): void {
  let [low, high] = [0, open.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((open[middle]?.due ?? Infinity) <= one.due) low = middle + 1;
    else high = middle;
  }
  open.splice(low, 0, one);
}
