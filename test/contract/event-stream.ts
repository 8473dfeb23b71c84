/** One block of an event stream as it stood on the wire; a field that was absent is undefined. */
export interface Block {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
  readonly retry?: string;
  /** The whole text, without the empty line that ends it. */
  readonly text: string;
}

/** The response, unchanged, with every block shown to `seen` as it passes. Adds no buffer: what reads slowly still reads slowly. */
export function observeBlocks(response: Response, seen: (block: Block) => void): Response {
  if (response.body === null) return response;
  const decoder = new TextDecoder();
  let rest = '';
  const observed = response.body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      rest += decoder.decode(chunk, { stream: true });
      const texts = rest.split('\n\n');
      rest = texts.pop() ?? '';
      for (const text of texts) seen(parseBlock(text));
      controller.enqueue(chunk);
    },
  }));
  return new Response(observed, { status: response.status, headers: response.headers });
}

/** The blocks of a stream that was read with fetch. Ends when the server ends it. */
export async function* readBlocks(response: Response): AsyncGenerator<Block, void, void> {
  const queue: Block[] = [];
  const reader = observeBlocks(response, (block) => queue.push(block)).body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done } = await reader.read();
      yield* queue.splice(0);
      if (done) return;
    }
  } finally {
    await reader.cancel();
  }
}

function parseBlock(text: string): Block {
  const fields = text.split('\n').filter((line) => line !== '' && !line.startsWith(':')).map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')] as const;
  });
  return { ...Object.fromEntries(fields), text };
}
