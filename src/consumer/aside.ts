import type { RunnerOptions } from './runner-options.js';
import { leave, register, type Control } from './store/consumers.js';

/**
 * A gateway whose release has other event types for a consumer than the consumer reads would pass over events that it does not know: it
 * stands aside, without a lease, and without slots. When nobody has worked for the consumer for the time of a lease, the consumer is to
 * read what this gateway has for it.
 */
export class Aside {
  readonly #options: Pick<RunnerOptions, 'spec' | 'pool' | 'gatewayId' | 'log' | 'deliverOptions'>;
  /** Since when nobody is known to work for the consumer; null: this gateway fits. */
  #since: number | null = null;

  constructor(options: Pick<RunnerOptions, 'spec' | 'pool' | 'gatewayId' | 'log' | 'deliverOptions'>) {
    this.#options = options;
  }

  /** The consumer reads the types that this gateway has for it, in whatever order. */
  fits({ types }: Control): boolean {
    const own = this.#options.spec.types;
    const fits = own.size === new Set(types).size && types.every((type) => own.has(type));
    if (fits) this.#since = null;
    return fits;
  }

  /** With every sign of life, while it does not fit. Says so once. Errors: the driver's own. */
  async stay({ types, members, forkOf }: Control): Promise<void> {
    const { spec, pool, gatewayId, log, deliverOptions: { leaseMs } } = this.#options;
    const now = performance.now();
    if (this.#since === null) {
      log.warn({ consumer: spec.name, types, own: [...spec.types] }, 'a consumer reads other event types than this gateway has for it: it is left to gateways that have the same');
      await pool.ask((sql) => leave(sql, gatewayId, [spec.name]));
    }
    if (this.#since === null || members.some((member) => member !== gatewayId)) this.#since = now;
    // A fork reads what its consumer reads.
    if (forkOf !== null || now - this.#since < leaseMs) return;
    await pool.ask((sql) => register(sql, spec, gatewayId));
    this.#since = now;
  }
}
