import type { Principal } from '../../auth/principal.js';

/** An event as a policy and the resolvers of its fields see it: its stored fields and `meta`. */
export type SeenEvent = Readonly<Record<string, unknown>> & { readonly meta: Readonly<Record<string, unknown>> };

/**
 * Rules of an application that the SDL cannot say, after those that it says. Both functions answer at once, and only `true`
 * allows; what they throw ends the operation. Where authentication is off they are not asked.
 */
export interface Policy {
  /**
   * The claims that `read` decides by, all of them: whoever has the same ones shares what is executed for an event. A claim that a
   * caller does not have is null.
   */
  readonly claims: readonly string[];
  /**
   * Whether an event is delivered, and in history pages. Asked for every event and subscription: keep it short. An erased event
   * has nothing to decide by and is not delivered.
   */
  readonly read?: (event: SeenEvent, claims: Readonly<Record<string, unknown>>) => boolean;
  /** Whether a caller may publish an event with `publishX` or `publish`; else `FORBIDDEN`, and nothing of the call is stored. */
  readonly publish?: (event: { readonly type: string; readonly topic: string; readonly data: Readonly<Record<string, unknown>> }, principal: Principal) => boolean;
}
