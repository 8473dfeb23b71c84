import { badInput } from '../../event/limits.js';
import type { EventModel, Topic } from '../../event/model.js';

/** `topics` of `events`; a topic's own field has no such argument. */
export interface ScopeArguments {
  readonly topics?: readonly string[] | null;
}

/** Which topics a root field reads. */
export interface Scope {
  /** `topic` in the metrics: the name of the one topic, or `*`. */
  readonly label: string;
  /** Their names. Throws `BAD_USER_INPUT` when the arguments name none. */
  topics(args: ScopeArguments): readonly string[];
  /** True when whoever asks has named them: what it may not read of them is refused, not left out. */
  names(args: ScopeArguments): boolean;
}

export function ofTopic({ name }: Topic): Scope {
  return { label: name, topics: () => [name], names: () => true };
}

/**
 * The topics that are asked for, by default all of the schema: an event whose topic the schema does not have (the
 * gateway's own among them) is passed over, since nobody could name its type.
 */
export function acrossTopics({ topics: known }: EventModel): Scope {
  const all = [...known.keys()];
  return {
    label: '*',
    names: ({ topics }) => topics !== null && topics !== undefined,
    topics({ topics }) {
      if (topics === null || topics === undefined) return all;
      if (topics.length === 0) throw badInput('`topics` is empty. Name at least one topic, or leave it out for all.');
      return topics;
    },
  };
}
