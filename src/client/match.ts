/** Anything that says its type: an event of a topic. */
export interface NamedEvent {
  readonly __typename: string;
}

/** A function for each type of event. */
export type Cases<Event extends NamedEvent, Value> = {
  readonly [Name in Event['__typename']]: (event: Extract<Event, { readonly __typename: Name }>) => Value;
};

/** A type of event that the program does not know: the gateway's schema has grown since its types were generated. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';
  readonly event: NamedEvent;

  constructor(event: NamedEvent) {
    super(`There is no case for ${event.__typename}. It is newer than this program: generate its types anew, or give \`match\` a third argument.`);
    this.event = event;
  }
}

/**
 * Calls the function of the event's type and gives what it gives. Does not compile while a type of the topic has none.
 *
 * A gateway may get a new type of event before its clients are built anew. `otherwise` is for these; without it they
 * throw `UnknownEventError`.
 */
export function match<Event extends NamedEvent, Given extends Cases<Event, unknown>, Other = never>(
  event: Event,
  cases: Given & { readonly [Name in Exclude<keyof Given, Event['__typename']>]: never },
  otherwise?: (event: NamedEvent) => Other,
): ReturnType<Given[Event['__typename']]> | Other {
  const name: Event['__typename'] = event.__typename;
  const chosen = (Object.hasOwn(cases, name) ? cases[name] : otherwise) as ((event: Event) => ReturnType<Given[Event['__typename']]> | Other) | undefined;
  if (chosen === undefined) throw new UnknownEventError(event);
  return chosen(event);
}

/** For the `default` of a `switch` over `__typename`: does not compile while a type has no `case`, and throws `UnknownEventError`. */
export function assertNever(event: never): never {
  throw new UnknownEventError(event);
}
