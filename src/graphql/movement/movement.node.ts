import { type MovementView } from '../../app/ports/reads';
import { type ListOfAccounts } from '../nested-list';
import { type Ordering } from '../page';

/** A movement as resolvers pass it on: the row as it is. */
export type MovementNode = MovementView;

export const LATEST_FIRST: Ordering = { fingerprint: 'arr_movement latest first', kinds: ['date', 'bigint'] };

/** The ARR movements of each account, the latest first. */
export const MOVEMENTS_OF_ACCOUNTS: ListOfAccounts<MovementNode> = {
  ordering: LATEST_FIRST,
  first: (context, ids, size, fields) => context.reads.movements.newestOf(ids, size, fields),
  page: (context, accountId, window) => context.reads.movements.page(accountId, window),
  lengths: (context, ids) => context.reads.movements.countsOf(ids),
};
