/**
 * The text of a key as it arrives in a payload or row, or null for no key.
 * @throws TypeError for what cannot be one key: an object, a list, a NaN.
 */
export function keyText(key: unknown): string | null {
  if (key === null || key === undefined) return null;
  if (typeof key === 'string') return key;
  if (typeof key === 'bigint' || typeof key === 'boolean' || (typeof key === 'number' && Number.isFinite(key))) return String(key);
  if (key instanceof Date) return key.toISOString();
  throw new TypeError(`A reference key is a string, number, boolean or date; this one is ${Array.isArray(key) ? 'a list' : typeof key}.`);
}

/**
 * False when no row can have this key, told without asking the database: one bad key in a statement costs about
 * 2 × log2(keys) statements more to find, and anybody who may publish may send bad keys.
 * True says nothing yet: other types are left to the database.
 */
export function acceptable(type: string, key: string): boolean {
  // Postgres stores no NUL in text.
  if (key.includes('\0')) return false;
  switch (type) {
    case 'uuid':
      return /^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/i.test(key);
    case 'int2':
      return isInteger(key, 15n);
    case 'int4':
      return isInteger(key, 31n);
    case 'int8':
      return isInteger(key, 63n);
    default:
      return true;
  }
}

/** How the keys of a column, or of a loader, are written. */
export interface KeyForm {
  /** Equal keys have equal text once they are written so. False: the database may find two texts equal that are not. */
  readonly exact: boolean;
  /** The text that stands for the key; null when no row can have it. */
  write(key: string): string | null;
}

const INTEGERS: ReadonlySet<string> = new Set(['int2', 'int4', 'int8']);

/** Of a column: `type` as its `base`, `plain` false when its collation finds different texts equal. */
export function keyForm(type: string, plain: boolean): KeyForm {
  const write = (key: string): string => (type === 'uuid' ? hyphenated(key.toLowerCase()) : INTEGERS.has(type) ? BigInt(key).toString() : key);
  return {
    exact: type === 'uuid' || INTEGERS.has(type) || (plain && (type === 'text' || type === 'varchar')),
    write: (key) => (acceptable(type, key) ? write(key) : null),
  };
}

function hyphenated(uuid: string): string {
  return uuid.length === 36 ? uuid : uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function isInteger(key: string, bits: bigint): boolean {
  if (!/^-?\d{1,19}$/.test(key)) return false;
  const value = BigInt(key);
  return value >= -(2n ** bits) && value < 2n ** bits;
}

/** Texts as one array literal; every element quoted, so that NULL, commas and braces mean themselves. */
export function arrayText(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
