import { parseArgs } from 'node:util';

/** Numbers that a bench can be told, by flag name with their defaults; and `--save`. Throws for anything else. */
export function readSettings<Name extends string>(defaults: Readonly<Record<Name, number>>): Record<Name, number> & { readonly save: boolean } {
  const names = Object.keys(defaults) as Name[];
  const { values } = parseArgs({
    options: { save: { type: 'boolean' as const }, ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])) },
  }) as { values: Record<string, string | boolean | undefined> };
  const read = (name: Name): number => {
    const value = Number(values[name] ?? defaults[name]);
    if (!(value > 0)) throw new Error(`--${name} takes a number above 0`);
    return value;
  };
  return Object.assign(Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, number>, { save: values['save'] === true });
}
