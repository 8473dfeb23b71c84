import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS, overview } from '../../src/cli/commands.js';
import { InfoRequested, readConfig } from '../../src/cli/config.js';
import { EXIT_CODES } from '../../src/cli/exit-codes.js';

const PAGE = path.resolve(import.meta.dirname, '../../docs/cli.md');

/** What a command prints for --help. */
async function helpOf({ load }: (typeof COMMANDS)[number]): Promise<string> {
  if (load === null) {
    try {
      readConfig(['--help'], {});
    } catch (error) {
      if (error instanceof InfoRequested) return error.text;
      throw error;
    }
    throw new Error('serve has no help');
  }
  let text = '';
  const command = await load();
  command.configureOutput({ writeOut: (part) => { text += part; } });
  command.outputHelp();
  return text;
}

const between = (page: string, name: string): string => new RegExp(`<!-- ${name} -->\n([^]*?)<!-- /${name} -->`).exec(page)?.[1] ?? `docs/cli.md has no part ${name}`;

test('docs/cli.md has every exit code and every command as the code has them, and nothing else', async () => {
  // UPDATE_DOCS=1 npx vitest run test/docs/cli.test.ts writes them.
  const codes = `| code | meaning |\n| --- | --- |\n${Object.values(EXIT_CODES).map(({ code, meaning }) => `| ${code} | ${meaning} |`).join('\n')}\n`;
  const helps = await Promise.all(COMMANDS.map(async (command) => `### ${command.name}\n\n\`\`\`text\n${(await helpOf(command)).trimEnd()}\n\`\`\`\n`));
  const page = readFileSync(PAGE, 'utf8');
  const commands = helps.join('\n');
  if (process.env['UPDATE_DOCS'] === '1') {
    writeFileSync(PAGE, page.replace(/(<!-- exit-codes -->\n)[^]*?(<!-- \/exit-codes -->)/, (_all, before: string, after: string) => before + codes + after)
      .replace(/(<!-- commands -->\n)[^]*?(<!-- \/commands -->)/, (_all, before: string, after: string) => before + commands + after));
    return;
  }
  expect(between(page, 'exit-codes')).toBe(codes);
  expect(between(page, 'commands')).toBe(commands);
});

test('a command says of each of its exit codes what it means, and of no other', async () => {
  const known = new Set(Object.values(EXIT_CODES).map(({ code }) => code as number));
  for (const command of COMMANDS.filter(({ load }) => load !== null)) {
    const help = await helpOf(command);
    const codes = [...(help.split('Exit codes:\n')[1] ?? '').matchAll(/^ {2}(\d+) +\S/gm)].map(([, code]) => Number(code));
    expect(codes, command.name).toContain(0);
    expect(codes, command.name).toContain(64);
    expect(codes.filter((code) => !known.has(code)), command.name).toEqual([]);
  }
});

test('the first page groups the commands, with an example each', () => {
  const page = overview();
  for (const { name, group, example } of COMMANDS) {
    expect(page).toContain(`\n${group}\n`);
    expect(page).toContain(`  ${name} `);
    expect(page).toContain(example);
  }
  expect(page.split('\n').filter((line) => line.length > 100)).toEqual([]);
});
