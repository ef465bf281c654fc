import { type AdjustmentView } from '../../app/ports/service-adjustment';
import { type GraphqlContext } from '../context';
import { type Ordering } from '../page';
import { type ServiceAdjustmentType } from './service-adjustment.type';

/** An adjustment as resolvers pass it on. */
export type AdjustmentNode = ServiceAdjustmentType & Pick<AdjustmentView, 'accountId' | 'cursor'>;

export const NEWEST_ADJUSTMENTS_FIRST: Ordering = {
  fingerprint: 'service_adjustment newest first',
  kinds: ['bigint'],
};

/** Adds what each kind does to the load, by the published model. */
export async function adjustmentNodes(
  rows: readonly AdjustmentView[],
  context: GraphqlContext,
): Promise<AdjustmentNode[]> {
  const { factors } = (await context.reads.models.published()).adjustments;
  return rows.map((row) => ({ ...row, loadFactor: factors[row.kind] }));
}
