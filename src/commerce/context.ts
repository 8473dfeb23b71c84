import type { GatewayContext } from '../graphql/context.js';
import type { EventInputs } from './generated/events.js';

/** What the gateway gives every resolver; `publish` knows the events of schema/commerce. */
export type ShopContext = GatewayContext<EventInputs>;

/**
 * What resolvers here see of it. What reaches the database without a tenant is left out: `readRows` and `perform` give
 * rows and events that are of the caller's tenant whatever a resolver says.
 */
export type CommerceContext = Omit<ShopContext, 'db' | 'transaction' | 'publish'>;
