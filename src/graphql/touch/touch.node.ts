import { type DueTouchView } from '../../app/ports/engagement';
import { type TouchView } from '../../app/ports/touch';
import { type CalendarDate, daysBetween } from '../../domain/calendar';
import { type GraphqlContext } from '../context';
import { type ListOfAccounts } from '../nested-list';
import { type Ordering } from '../page';
import { publishedTiers } from '../tiering-model/tiers';
import { type TierType } from '../tiering-model/tier.type';
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
      reason: reasonOf(row, tier),
    };
  });
}

function reasonOf({ kind, lastOn, dueFrom, dueOn }: DueTouchView, { name, program }: TierType): string {
  const what = kind === 'TOUCH' ? 'touch' : 'business review';
  const last = lastOn === null ? `there was no ${what} yet` : `the last ${what} was on ${lastOn}`;
  return `${rhythmOf(kind, lastOn, dueFrom, dueOn, name, program)}; ${last}`;
}

function rhythmOf(
  kind: DueTouchView['kind'],
  lastOn: CalendarDate | null,
  dueFrom: CalendarDate,
  dueOn: CalendarDate,
  tier: string,
  { touches, businessReviews }: TierType['program'],
): string {
  if (kind === 'BUSINESS_REVIEW') {
    const { everyMonths = 0, smaller = null } = businessReviews ?? {};
    const small = smaller === null ? '' : `, every ${smaller.everyMonths} months with a small ARR`;
    return `${tier} has a business review every ${everyMonths} months${small}`;
  }
  const { from = 0, to = 0 } = touches.everyDays ?? {};
  const onboarding = touches.onboarding.find(
    ({ everyDays }) => lastOn !== null && dueFrom === dueOn && daysBetween(lastOn, dueOn) === everyDays,
  );
  if (onboarding !== undefined && onboarding.everyDays !== to) {
    return `a new customer in ${tier} is reached out to every ${onboarding.everyDays} days`;
  }
  return `${tier} is reached out to every ${from === to ? to : `${from} to ${to}`} days`;
}

/** The logged touches of each account, the latest first. */
export const TOUCHES_OF_ACCOUNTS: ListOfAccounts<LoggedTouchNode> = {
  ordering: LATEST_TOUCH_FIRST,
  first: (context, ids, size) => context.reads.touches.latestOf(ids, size),
  page: (context, accountId, window) => context.reads.touches.page(accountId, window),
  lengths: (context, ids) => context.reads.touches.countsOf(ids),
};
