import { type AssignmentView } from '../../app/ports/portfolio-reads';
import { type Ordering } from '../page';

/** An assignment as resolvers pass it on: the row as it is. */
export type AssignmentNode = AssignmentView;

export const LATEST_OWNER_FIRST: Ordering = {
  fingerprint: 'portfolio_assignment latest first',
  kinds: ['date', 'bigint'],
};
