import type { Command } from 'commander';

export interface CommandEntry {
  readonly name: string;
  readonly group: string;
  /** What it does, in a line. */
  readonly summary: string;
  readonly example: string;
  /** Null: `serve`, which reads its settings itself. */
  readonly load: (() => Promise<Command>) | null;
}

/** Every command, in the order of `sluice --help`. Each is loaded when it is called. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'serve', group: 'Run', summary: 'Start a gateway (also what bare `sluice` does).', example: 'sluice serve --schema my-schema', load: null,
  },
  {
    name: 'migrate', group: 'Run', summary: 'Bring the database up to date, or show what is missing.', example: 'sluice migrate --check',
    load: async () => (await import('./migrate.js')).migrateCommand(),
  },
  {
    name: 'doctor', group: 'Run', summary: 'Find out what is wrong with a database or a gateway.', example: 'sluice doctor --url http://127.0.0.1:4000',
    load: async () => (await import('./doctor.js')).doctorCommand(),
  },
  {
    name: 'keys', group: 'Run', summary: 'Make, list and revoke API keys.', example: 'sluice keys create billing --scope orders:read --expires 90d',
    load: async () => (await import('./keys.js')).keysCommand(),
  },
  {
    name: 'revoke', group: 'Run', summary: 'Revoke the tokens of somebody, or one.', example: 'sluice revoke --sub ann',
    load: async () => (await import('./revoke.js')).revokeCommand(),
  },
  {
    name: 'token', group: 'Run', summary: 'Sign a token for development.', example: 'sluice token --sub ada --scope "orders:read"',
    load: async () => (await import('./token.js')).tokenCommand(),
  },
  {
    name: 'publish', group: 'Events', summary: 'Publish an event, or a stream of them.', example: 'sluice publish OrderPaid \'{"orderId": "o-1", …}\'',
    load: async () => (await import('./publish.js')).publishCommand(),
  },
  {
    name: 'tail', group: 'Events', summary: 'Print events as they happen; survives restarts.', example: 'sluice tail OrderEvent --from 15m',
    load: async () => (await import('./tail.js')).tailCommand(),
  },
  {
    name: 'history', group: 'Events', summary: 'Print events that have happened.', example: 'sluice history OrderEvent --last 20',
    load: async () => (await import('./history.js')).historyCommand(),
  },
  {
    name: 'consumers', group: 'Consumers', summary: 'What consumers are doing; pause, reset, fork them.', example: 'sluice consumers --watch',
    load: async () => (await import('./consumers.js')).consumersCommand(),
  },
  {
    name: 'dead-letters', group: 'Consumers', summary: 'Events that consumers gave up on; replay, discard them.', example: 'sluice dead-letters --consumer fraud',
    load: async () => (await import('./dead-letters.js')).deadLettersCommand(),
  },
  {
    name: 'alerts', group: 'Consumers', summary: 'What has gone wrong with consumers and webhooks.', example: 'sluice alerts --follow',
    load: async () => (await import('./alerts.js')).alertsCommand(),
  },
  {
    name: 'webhooks', group: 'Events', summary: 'Have events sent to URLs, and watch how that goes.', example: 'sluice webhooks create crm --to https://… --topic LeadEvent',
    load: async () => (await import('./webhooks.js')).webhooksCommand(),
  },
  {
    name: 'check-schema', group: 'Schema', summary: 'Find mistakes in a schema, and changes that break.', example: 'sluice check-schema my-schema --against derived.graphql',
    load: async () => (await import('./check-schema.js')).checkSchemaCommand(),
  },
  {
    name: 'codegen', group: 'Schema', summary: 'Write the served schema and its TypeScript types.', example: 'sluice codegen --url http://127.0.0.1:4000 --types events.ts',
    load: async () => (await import('./codegen.js')).codegenCommand(),
  },
];

/** The page of `sluice --help`. */
export function overview(): string {
  const groups = [...new Set(COMMANDS.map((command) => command.group))];
  const width = Math.max(...COMMANDS.map((command) => command.name.length)) + 2;
  const list = groups.map((group) => {
    const rows = COMMANDS.filter((command) => command.group === group)
      .map(({ name, summary, example }) => `  ${name.padEnd(width)}${summary}\n  ${' '.repeat(width)}${example}\n`);
    return `${group}\n${rows.join('')}`;
  });
  return `Sluice: a GraphQL event gateway over PostgreSQL. Typed mutations publish events, subscriptions
resume without a gap.

Usage: sluice <command> [options]

${list.join('\n')}
Try it: start \`sluice serve --demo\` in one terminal, \`sluice tail\` in another.

  sluice <command> --help   options with their defaults, and exit codes
  sluice --version          the version
`;
}
