import { csmCapacities, poolCapacities } from '../../app/capacity';
import { type CalendarDate } from '../../domain/calendar';
import { accountEconomics, parseArr, serviceCost } from '../../domain/economics';
import { loadFactor, loadIn, type WeighedAccount } from '../../domain/load';
import { type AccountNode } from '../account/account.node';
import { type GraphqlContext } from '../context';
import { type CsmNode } from '../csm/csm.node';
import { economicsNode } from '../economics/economics.node';
import { type AccountEconomicsType } from '../economics/economics.type';
import { type PoolNode } from '../pool/pool.node';
import { ofEachAccount, type RelationUse } from '../relation';
import { tiersOf } from '../tiering-model/tiers';
import {
  type CsmCapacityNode,
  csmCapacityNode,
  loadNode,
  type PoolCapacityNode,
  poolCapacityNode,
} from './capacity.node';
import { type AccountLoadType } from './capacity.type';

/** What each CSM carries on the day that is asked about. */
export async function capacitiesOfCsms(
  csms: readonly CsmNode[],
  { args }: RelationUse,
  { reads, clock }: GraphqlContext,
): Promise<CsmCapacityNode[]> {
  const today = clock.today();
  const asOf = (args.asOf ?? today) as CalendarDate;
  const ids = csms.map(({ externalId }) => externalId);
  const { model, of } = await csmCapacities(reads, ids, asOf, today);
  return ids.map((id) => csmCapacityNode(of(id), asOf, model));
}

/** What each pool carries on the day that is asked about. */
export async function capacitiesOfPools(
  pools: readonly PoolNode[],
  { args }: RelationUse,
  { reads, clock }: GraphqlContext,
): Promise<PoolCapacityNode[]> {
  const today = clock.today();
  const asOf = (args.asOf ?? today) as CalendarDate;
  const ids = pools.map(({ externalId }) => externalId);
  const { model, of } = await poolCapacities(reads, ids, asOf, today);
  return ids.map((id) => poolCapacityNode(of(id), asOf, model));
}

/** The load of each account today; null for one without a tier. */
export async function loadsOfAccounts(
  accounts: readonly AccountNode[],
  _use: RelationUse,
  context: GraphqlContext,
): Promise<(AccountLoadType | null)[]> {
  const [model, weighed] = await Promise.all([
    context.reads.models.published(),
    weightsOf(accounts, context),
  ]);
  return weighed.map((account) => {
    if (account?.tier == null) return null;
    const { tier, relationshipFacts, adjustment } = account;
    const factor = loadFactor(relationshipFacts, adjustment, model);
    return { factor, relationshipFacts, adjustment, load: loadNode(loadIn(model, tier, factor)) };
  });
}

/** The economics of each account today; null for one without a tier. */
export async function economicsOfAccounts(
  accounts: readonly AccountNode[],
  _use: RelationUse,
  context: GraphqlContext,
): Promise<(AccountEconomicsType | null)[]> {
  const [model, weighed] = await Promise.all([
    context.reads.models.published(),
    weightsOf(accounts, context),
  ]);
  return weighed.map((account) => {
    const cost = account === null ? null : serviceCost(account, model, context.loadedCost);
    if (account === null || cost === null) return null;
    return economicsNode(accountEconomics(cost, parseArr(account.arr)), tiersOf(model));
  });
}

const weightsByRequest = new WeakMap<GraphqlContext, Map<string, Promise<WeighedAccount[]>>>();

/** Load and economics are wanted side by side, and one look gives both; a later mutation of the request looks anew. */
async function weightsOf(
  accounts: readonly AccountNode[],
  context: GraphqlContext,
): Promise<(WeighedAccount | null)[]> {
  const ids = accounts.map(({ id }) => id);
  const known = weightsByRequest.get(context) ?? new Map<string, Promise<WeighedAccount[]>>();
  weightsByRequest.set(context, known);
  const key = ids.join();
  const weights = known.get(key) ?? context.reads.capacity.weights(ids);
  known.set(key, weights);
  try {
    return ofEachAccount(accounts, await weights);
  } finally {
    known.delete(key);
  }
}
