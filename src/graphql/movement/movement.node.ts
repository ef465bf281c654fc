import { type MovementView } from '../../app/ports/reads';
import { type Ordering } from '../page';

/** A movement as resolvers pass it on: the row as it is. */
export type MovementNode = MovementView;

export const LATEST_FIRST: Ordering = { fingerprint: 'arr_movement latest first', kinds: ['date', 'bigint'] };
