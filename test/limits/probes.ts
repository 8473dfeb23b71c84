import type { Application } from '../../src/graphql/application.js';
import type { Gateway } from '../../src/gateway.js';
import { streamUrl, TRANSPORTS } from '../contract/transports.js';
import type { WireError } from '../contract/subscription.js';
import { domain, query } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

/** A domain that counts how often one of its resolvers was called. */
export function probes(): { readonly application: Application; readonly called: () => number } {
  let count = 0;
  const probe = (): object => {
    count += 1;
    return {};
  };
  const several = (_root: unknown, { first }: { first?: number | null }): object[] => Array.from({ length: first ?? 1 }, probe);
  const application: Application = {
    ...domain('test/fixtures/probes'),
    resolvers: { Query: { probe, probes: several }, Probe: { probe, probes: several, count: () => (count += 1) } },
  };
  return { application, called: () => count };
}

export interface Way {
  readonly name: string;
  /** The errors of an operation, or null when it had data. */
  ask(gateway: Gateway, text: string, variables?: Record<string, unknown>): Promise<readonly WireError[] | null>;
}

/** POST, GET, event streams in two forms, and WebSocket. */
export const WAYS: readonly Way[] = [
  {
    name: 'POST',
    ask: async (gateway, text, variables) => (await query(gateway.url, text, variables)).errors ?? null,
  },
  {
    name: 'GET',
    ask: async (gateway, text, variables) => ((await (await fetch(streamUrl(gateway.url, text, variables), { headers: { accept: 'application/json' } })).json()) as { errors?: WireError[] }).errors ?? null,
  },
  ...TRANSPORTS.map((transport): Way => ({
    name: transport.name,
    ask: async (gateway, text, variables) => {
      const operation = transport.subscribe(gateway.url, text, variables);
      try {
        await waitFor(() => operation.end ?? operation.results[0] ?? operation.checkpoints[0], { what: 'an answer' });
        return operation.end?.errors ?? operation.results[0]?.errors ?? null;
      } finally {
        operation.close();
      }
    },
  })),
];
