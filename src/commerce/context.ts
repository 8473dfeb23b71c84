import type { GatewayContext } from '../graphql/context.js';
import type { EventInputs } from './generated/events.js';

/** The context of every resolver here: `publish` knows the events of schema/commerce. */
export type CommerceContext = GatewayContext<EventInputs>;
