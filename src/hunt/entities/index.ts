/**
 * entities: who and what takes part in an event, and as what. In: an Event of any reader. Out: entity keys, normalised
 * (model/entity), bounded, and of them those as or on which somebody acted. Law: never overstate; an account that was only
 * tried, or a controller that only wrote down a ticket, did not act.
 */
export { type Entities, entitiesOf, entitiesOfGroup, MAX_ENTITIES } from './entities.ts';
export { mailboxOf, saysNothing } from './values.ts';
