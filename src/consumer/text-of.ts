/** Text that Postgres can hold in JSON, whatever was thrown: without U+0000 and halves of characters, at most `most` characters and a mark that it went on. */
export function textOf(value: unknown, most: number): string {
  const text = stringOf(value).replaceAll('\0', '');
  return (text.length > most ? `${text.slice(0, most)} …` : text).toWellFormed();
}

function stringOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    // An object without `toString`, or whose `toString` throws.
    return Object.prototype.toString.call(value);
  }
}
