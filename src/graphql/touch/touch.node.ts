import { type DueTouchView } from '../../app/ports/engagement';
import { type TouchView } from '../../app/ports/touch';
import { daysBetween } from '../../domain/calendar';
import { type GraphqlContext } from '../context';
import { type ListOfAccounts } from '../nested-list';
import { type Ordering } from '../page';
import { publishedTiers } from '../tiering-model/tiers';
import { type DueTouchType } from './touch.type';

/** A logged touch as resolvers pass it on: the row as it is. */
export type LoggedTouchNode = TouchView;

/** What is due as resolvers pass it on. */
export type DueTouchNode = DueTouchType & Pick<DueTouchView, 'accountId' | 'cursor'>;

export const LATEST_TOUCH_FIRST: Ordering = { fingerprint: 'touch latest first', kinds: ['date', 'bigint'] };

export const SOONEST_DUE_FIRST: Ordering = {
  fingerprint: 'due touch soonest first',
  kinds: ['date', 'integer', 'bigint', 'text'],
};

/** Puts tiers and programs in the place of their keys. */
export async function dueTouchNodes(
  rows: readonly DueTouchView[],
  context: GraphqlContext,
): Promise<DueTouchNode[]> {
  const tiers = await publishedTiers(context);
  const today = context.clock.today();
  return rows.map((row) => {
    const tier = tiers.existing(row.tier);
    return {
      ...row,
      tier,
      program: tier.program,
      overdueDays: Math.max(0, daysBetween(row.dueOn, today)),
      reason: reasonOf(row, tier.name),
    };
  });
}

function reasonOf(due: DueTouchView, tier: string): string {
  const { kind, lastOn } = due;
  const what = kind === 'TOUCH' ? 'touch' : 'business review';
  const last = lastOn === null ? `there was no ${what} yet` : `the last ${what} was on ${lastOn}`;
  return `${rhythmOf(due, tier)}; ${last}`;
}

/** The interval that applied to the account. */
function rhythmOf({ fromDays, toDays, onboarding, months, small }: DueTouchView, tier: string): string {
  if (months !== null) {
    return `${tier} has a business review every ${months} months${small ? ' with a small ARR' : ''}`;
  }
  const who = onboarding ? `a new customer in ${tier}` : tier;
  const days = fromDays === toDays ? `${toDays}` : `${fromDays} to ${toDays}`;
  return `${who} is reached out to every ${days} days`;
}

/** The logged touches of each account, the latest first. */
export const TOUCHES_OF_ACCOUNTS: ListOfAccounts<LoggedTouchNode> = {
  ordering: LATEST_TOUCH_FIRST,
  first: (context, ids, size) => context.reads.touches.latestOf(ids, size),
  page: (context, accountId, window) => context.reads.touches.page(accountId, window),
  lengths: (context, ids) => context.reads.touches.countsOf(ids),
};
