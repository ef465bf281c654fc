import { type AccountView } from '../../app/ports/reads';
import { type GraphqlContext } from '../context';
import { type Selection } from '../look-ahead';
import { type Ordering } from '../page';
import { publishedTiers } from '../tiering-model/tiers';
import { type AccountType } from './account.type';

/** The keys by which the relations of an account are found, by the relation's field. */
const RELATION_KEYS: Readonly<Record<string, string>> = {
  csm: 'csmId',
  digitalPrograms: 'tier',
  parent: 'parentId',
  pool: 'poolId',
  scorecard: 'scorecardId',
};

/** The ordering of lists that nobody asked to order otherwise. */
export const BY_ID: Ordering = { fingerprint: 'account ', kinds: ['bigint'] };

/** An account as resolvers pass it on: the fields that were read, and the keys of its relations. */
export type AccountNode = AccountView &
  Partial<AccountType> & {
    readonly csmId?: string | null;
    readonly ownerId?: string;
    readonly parentId?: string | null;
    readonly poolId?: string | null;
    readonly scorecardId?: string | null;
  };

/** What has to be read of an account for a selection. */
export function accountFields(selection: Selection): string[] {
  return Object.keys(selection).flatMap((field) => [field, RELATION_KEYS[field] ?? field]);
}

/** Puts tiers in the place of their keys. The rows are fresh from the database, so they are changed in place. */
export async function accountNodes(
  rows: readonly AccountView[],
  context: GraphqlContext,
): Promise<AccountNode[]> {
  const tier = await publishedTiers(context);
  return rows.map((row) => {
    const { tier: effective, computedTier, heldTier } = row as Record<string, string | null | undefined>;
    return Object.assign(row as AccountNode, {
      tier: tier(effective),
      computedTier: tier(computedTier),
      heldTier: tier(heldTier),
    });
  });
}
