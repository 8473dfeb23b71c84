/** Characters that a value of a header must have to count as a secret: shorter ones are words of any text. */
const SHORTEST = 8;
const HIDDEN = '***';

/**
 * The body of an answer without what was sent along with the request: endpoints may answer with the request itself, and what they say is
 * shown, logged and kept. Hidden are the secrets and the values of the configured headers that have 8 characters or more, with and
 * without their scheme (`Bearer …`), as they are and as JSON has them; of a body that was cut off (not `whole`) also the beginning of one at its end.
 */
export function hideSecrets(body: string, { headers, secrets }: { readonly headers: Readonly<Record<string, string>>; readonly secrets: readonly string[] }, whole: boolean): string {
  const plain = [...Object.values(headers), ...secrets].flatMap((value) => [value, value.replace(/^\s*\S+\s+/, ''), value.replace(/^whsec_/, '')]);
  const values = [...new Set(plain.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]).map((value) => value.replace(/\s/g, ' ').trim()))]
    .filter(({ length }) => length >= SHORTEST)
    .sort((one, other) => other.length - one.length);
  const hidden = values.reduce((text, value) => text.replaceAll(value, HIDDEN), body);
  return whole ? hidden : values.reduce(hideEnd, hidden);
}

/** Of a text that ends within the value. */
function hideEnd(text: string, value: string): string {
  for (let length = Math.min(value.length - 1, text.length); length >= SHORTEST; length -= 1) {
    if (text.endsWith(value.slice(0, length))) return `${text.slice(0, text.length - length)}${HIDDEN}`;
  }
  return text;
}
