import { type PoolView } from '../../app/ports/portfolio-reads';
import { type Ordering } from '../page';

/** A pool as resolvers pass it on: the row as it is. */
export type PoolNode = PoolView;

export const POOLS_BY_NAME: Ordering = { fingerprint: 'pool by name', kinds: ['text', 'bigint'] };
