import { type GraphqlContext } from '../context';
import { csmFields, type CsmNode } from '../csm/csm.node';
import { type PoolNode } from '../pool/pool.node';
import { inOrder, keysOf, loadRelations, type RelationTable, type RelationUse } from '../relation';
import { CSM_RELATIONS, POOL_RELATIONS } from '../relations';
import { type CsmCapacityNode, type PoolCapacityNode } from './capacity.node';

/** What belongs to the capacity of a CSM. */
export const CSM_CAPACITY_RELATIONS = {
  csm: (nodes: readonly CsmCapacityNode[], use, context) => csmsOf(nodes, ({ csmId }) => csmId, use, context),
  backup: (nodes: readonly CsmCapacityNode[], use, context) =>
    csmsOf(nodes, ({ backupId }) => backupId, use, context),
} satisfies RelationTable<CsmCapacityNode>;

/** What belongs to the capacity of a pool. */
export const POOL_CAPACITY_RELATIONS = {
  pool: async (nodes: readonly PoolCapacityNode[], { fields }, context): Promise<(PoolNode | null)[]> => {
    const pools = await context.reads.pools.byExternalIds(nodes.map(({ poolId }) => poolId));
    await loadRelations(POOL_RELATIONS, pools, fields, context);
    return inOrder(
      nodes,
      ({ poolId }) => poolId,
      pools,
      ({ externalId }) => externalId,
    );
  },
} satisfies RelationTable<PoolCapacityNode>;

async function csmsOf(
  nodes: readonly CsmCapacityNode[],
  keyOf: (node: CsmCapacityNode) => string | null,
  { fields }: RelationUse,
  context: GraphqlContext,
): Promise<(CsmNode | null)[]> {
  const keys = keysOf(nodes, keyOf);
  const csms = keys.length === 0 ? [] : await context.reads.csms.byExternalIds(keys, csmFields(fields));
  await loadRelations(CSM_RELATIONS, csms, fields, context);
  return inOrder(nodes, keyOf, csms, ({ externalId }) => externalId);
}
