import { type AccountView, OWNER_IN_SHORT } from '../../app/ports/reads';
import { type GraphqlContext } from '../context';
import { type CsmNode } from '../csm/csm.node';
import { cursorFields, nodeSelectionOf, type Selection } from '../look-ahead';
import { oncePer } from '../once-per';
import { type Ordering } from '../page';
import { type PoolNode } from '../pool/pool.node';
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
    /** Read in short, with the account. */
    readonly csm?: CsmNode | null;
    readonly csmId?: string | null;
    readonly ownerId?: string;
    readonly parentId?: string | null;
    readonly pool?: PoolNode | null;
    readonly poolId?: string | null;
    readonly scorecardId?: string | null;
  };

/** What is read of these with the account; whoever selects more reads them by their keys. */
const IN_SHORT: ReadonlySet<string> = new Set(OWNER_IN_SHORT);
const READ_IN_SHORT: ReadonlySet<string> = new Set(['csm', 'pool']);

/** What has to be read of an account for a selection. */
export const accountFields = oncePer((selection: Selection): readonly string[] =>
  Object.entries(selection).map(([field, selected]) => {
    const isInShort =
      READ_IN_SHORT.has(field) && Object.keys(selected?.fields ?? {}).every((name) => IN_SHORT.has(name));
    return isInShort ? field : (RELATION_KEYS[field] ?? field);
  }),
);

/** What has to be read of the accounts of a list for what is selected of the list. */
export const listedAccountFields = oncePer((connection: Selection): readonly string[] => [
  ...accountFields(nodeSelectionOf(connection)),
  ...cursorFields(connection),
]);

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
