import { type AssignmentView } from '../../app/ports/portfolio-reads';
import { type ListOfAccounts } from '../nested-list';
import { type Ordering } from '../page';

/** An assignment as resolvers pass it on: the row as it is. */
export type AssignmentNode = AssignmentView;

export const LATEST_OWNER_FIRST: Ordering = {
  fingerprint: 'portfolio_assignment latest first',
  kinds: ['date', 'bigint'],
};

/** Who looked after each account, the latest first. */
export const OWNERS_OF_ACCOUNTS: ListOfAccounts<AssignmentNode> = {
  ordering: LATEST_OWNER_FIRST,
  first: (context, ids, size) => context.reads.portfolios.newestOf(ids, size),
  page: (context, accountId, window) => context.reads.portfolios.page(accountId, window),
  lengths: (context, ids) => context.reads.portfolios.countsOf(ids),
};
