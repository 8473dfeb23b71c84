import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/**
 * Refuses bodies of more than `bytes`: 413, as soon as it is known. A length that was said holds, Node reads no further; only a body without one
 * is counted while it is read. Yoga's own limit copies every body through a counting stream, which was a twentieth of what a publish costs.
 */
export function useBodyLimit(bytes: number): Plugin {
  const tooLarge = (): GraphQLError => new GraphQLError(`The body has more than ${bytes} bytes. Send it in several requests.`, { extensions: { code: 'BAD_USER_INPUT', http: { status: 413 } } });
  return {
    onRequestParse({ request, requestParser, setRequestParser, fetchAPI }) {
      const length = request.headers.get('content-length');
      if (length !== null && Number(length) > bytes) throw tooLarge();
      if (length !== null || requestParser === undefined || request.body === null) return;
      setRequestParser(async ({ url, method, headers, signal, body }) => {
        // Not in a loop over the body: leaving that closes the socket, and nobody hears why.
        const reader = (body as ReadableStream<Uint8Array>).getReader();
        const whole = await readWhole(reader, bytes);
        if (whole === null) {
          // Node waits with the next request of the connection until this one has been read, however much that is, for as long as a request may take.
          void drop(reader);
          throw tooLarge();
        }
        return await requestParser(new fetchAPI.Request(url, { method, headers, signal, body: whole }));
      });
    },
  };
}

/** Null: it has more than `bytes`. Throws 400 when it ends before its end. */
async function readWhole(reader: ReadableStreamDefaultReader<Uint8Array>, bytes: number): Promise<Buffer<ArrayBuffer> | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.byteLength;
      if (size > bytes) return null;
      parts.push(part.value);
    }
  } catch {
    throw new GraphQLError('The body broke off.', { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
  }
  return Buffer.concat(parts);
}

/** Reads on to the end, or to where it breaks off. */
async function drop(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  for (let more = true; more; ) more = await reader.read().then(({ done }) => !done, () => false);
}
