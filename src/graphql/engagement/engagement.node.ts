import { type DeliveryView, type EngagementView } from '../../app/ports/engagement';
import { type CalendarDate } from '../../domain/calendar';
import { checkPeriod } from '../../domain/engagement';
import { roundedShare } from '../../domain/share-target';
import { type GraphqlContext } from '../context';
import { ofEachAccount, type Relation } from '../relation';
import { publishedTiers, type Tiers, tiersOf } from '../tiering-model/tiers';
import {
  type AccountEngagementType,
  type EngagementDeliveryType,
  type TierDeliveryType,
} from './engagement.type';

/** An account's engagement as resolvers pass it on. */
export type EngagementNode = AccountEngagementType & { readonly accountId: string };

const NOTHING: Omit<DeliveryView, 'tier'> = {
  accounts: 0,
  accountDays: 0,
  touchesOwed: '0.00',
  touchesDelivered: 0,
  businessReviewsOwed: '0.00',
  businessReviewsDelivered: 0,
  businessReviewsSkipped: 0,
  tickets: 0,
  answeredInTime: 0,
  averageAdoption: null,
};

/** The engagement of each account; null where it is owed nothing. */
export const engagements: Relation<{ readonly id: string }, EngagementNode | null> = async (
  accounts,
  _use,
  context,
) => {
  const ids = accounts.map(({ id }) => id);
  const rows = await context.reads.engagement.engagementOf(ids, context.clock.today());
  return ofEachAccount(accounts, await engagementNodes(rows, context));
};

/** Puts the program beside what follows from it. */
async function engagementNodes(
  rows: readonly EngagementView[],
  context: GraphqlContext,
): Promise<EngagementNode[]> {
  const tiers = await publishedTiers(context);
  return rows.map(({ tier, ...row }) => ({ ...row, program: tiers.existing(tier).program }));
}

/** What was owed and delivered, by tier. Throws INVALID_VALUE for a period that `checkPeriod` refuses. */
export async function engagementDelivery(
  from: CalendarDate,
  to: CalendarDate,
  context: GraphqlContext,
): Promise<EngagementDeliveryType> {
  const today = context.clock.today();
  checkPeriod(from, to, today);
  const [publications, model] = await Promise.all([
    context.reads.models.publications(),
    context.reads.models.published(),
  ]);
  const rows = await context.reads.engagement.delivery(from, to, today, publications);
  const byKey = new Map(rows.map((row) => [row.tier, row]));
  const present = model.tiers.map(({ key }) => ({ key, tiers: tiersOf(model) }));
  const gone = rows.filter(({ tier }) => !model.tiers.some(({ key }) => key === tier));
  // A tier is called as the newest model that had it calls it.
  const ladders = publications.map((publication) => publication.model).reverse();
  const former = gone.flatMap(({ tier }) => {
    const ladder = ladders.find((one) => one.tiers.some(({ key }) => key === tier));
    return ladder === undefined ? [] : [{ key: tier, tiers: tiersOf(ladder) }];
  });
  return {
    from,
    to,
    tiers: [...present, ...former].map(({ key, tiers }) => deliveryOf(key, tiers, byKey.get(key))),
  };
}

function deliveryOf(key: string, tiers: Tiers, row: DeliveryView | undefined): TierDeliveryType {
  const figures = row ?? NOTHING;
  const { tickets, answeredInTime } = figures;
  return {
    ...figures,
    tier: tiers(key),
    touchesOwed: Number(figures.touchesOwed),
    businessReviewsOwed: Number(figures.businessReviewsOwed),
    answeredInTimeShare: roundedShare(answeredInTime, tickets),
  };
}
