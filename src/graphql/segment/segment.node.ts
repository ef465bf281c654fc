import { type SegmentChangeView, type SegmentView } from '../../app/ports/segments';
import { unknownValues } from '../../domain/segment-criterion';
import { type GraphqlContext } from '../context';
import { type Ordering } from '../page';
import { type SegmentCriterionType } from './segment.type';

/** A segment as resolvers pass it on. */
export type SegmentNode = Omit<SegmentView, 'criteria'> & {
  readonly criteria: readonly SegmentCriterionType[];
};

/** An entry or an exit as resolvers pass it on: the row as it is. */
export type SegmentChangeNode = SegmentChangeView;

export const BY_NAME: Ordering = { fingerprint: 'segment by name', kinds: ['text', 'bigint'] };
export const NEWEST_FIRST: Ordering = { fingerprint: 'segment_change newest first', kinds: ['bigint'] };

/** Says of each criterion which of its values the published model does not have. */
export async function segmentNodes(
  rows: readonly SegmentView[],
  context: GraphqlContext,
): Promise<SegmentNode[]> {
  const model = await context.reads.models.published();
  return rows.map((row) => ({
    ...row,
    criteria: row.criteria.map((criterion) => ({
      ...criterion,
      unknownValues: unknownValues(criterion, model),
    })),
  }));
}
