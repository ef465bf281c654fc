import { type EventFilter } from '../../app/ports/event';
import { keyOf } from '../ids';
import { type EventFilterInput } from './event.type';
import { eventTypeOf } from './event.enum';

/** The filter that an input stands for; ids of no account match nothing. */
export function eventFilter({ types, accountIds, ...where }: EventFilterInput): EventFilter {
  return {
    ...where,
    types: types?.map(eventTypeOf),
    accountIds: accountIds?.flatMap((id) => keyOf('Account', id) ?? []),
  };
}
