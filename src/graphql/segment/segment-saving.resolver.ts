import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { DomainError } from '../../domain/errors';
import { type GraphqlContext } from '../context';
import { keyOf, toGlobalId } from '../ids';
import { selectionOf } from '../look-ahead';
import { Refusable, refusedWith } from '../payload';
import { loadRelations } from '../relation';
import { SEGMENT_RELATIONS } from './segment-relations';
import {
  CreateSegmentInput,
  DeleteSegmentInput,
  SetSegmentGoalsInput,
  UpdateSegmentInput,
} from './segment.input';
import { type SegmentNode, segmentNodes } from './segment.node';
import { SegmentType } from './segment.type';

@ObjectType({ description: 'A segment after a change.', simpleResolvers: true })
export class SegmentPayload extends Refusable {
  @Field(() => SegmentType, {
    nullable: true,
    description: 'The segment; null where the change was refused, or where the segment was deleted since.',
  })
  segment!: SegmentNode | null;
}

@ObjectType({ description: 'What became of the deletion of a segment.', simpleResolvers: true })
export class DeleteSegmentPayload extends Refusable {
  @Field(() => ID, {
    nullable: true,
    description: 'The id that the segment had; null where the deletion was refused.',
  })
  deletedSegmentId!: string | null;
}

@Resolver()
export class SegmentSavingResolver {
  @Mutation(() => SegmentPayload, {
    description:
      'Saves a segment, which is then the own one; its first members are recorded at once. Needs the role CSM.',
  })
  async createSegment(
    @Arg('input', () => CreateSegmentInput, { description: 'The segment.' }) input: CreateSegmentInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SegmentPayload> {
    const { name, description = null, criteria, idempotencyKey } = input;
    return segmentPayload(context, info, () =>
      context.segments.create(context.actor, { name, description, criteria, idempotencyKey }),
    );
  }

  @Mutation(() => SegmentPayload, {
    description: 'Changes a segment. Needs the role CSM for the own segments, MANAGER for those of others.',
  })
  async updateSegment(
    @Arg('input', () => UpdateSegmentInput, { description: 'Which segment, and what is to change.' })
    input: UpdateSegmentInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SegmentPayload> {
    const { segmentId, name, description, criteria, expectedVersion, idempotencyKey } = input;
    return segmentPayload(context, info, () =>
      context.segments.update(context.actor, {
        id: segmentKey(segmentId),
        name: name ?? undefined,
        description,
        criteria: criteria ?? undefined,
        expectedVersion,
        idempotencyKey,
      }),
    );
  }

  @Mutation(() => DeleteSegmentPayload, {
    description:
      'Deletes a segment, with its goals and everything that was recorded of its members. Needs the role CSM for the own segments, MANAGER for those of others.',
  })
  async deleteSegment(
    @Arg('input', () => DeleteSegmentInput, { description: 'Which segment.' }) input: DeleteSegmentInput,
    @Ctx() context: GraphqlContext,
  ): Promise<DeleteSegmentPayload> {
    const { segmentId, expectedVersion, idempotencyKey } = input;
    return refusedWith<DeleteSegmentPayload>(
      async () => {
        const edit = { id: segmentKey(segmentId), expectedVersion, idempotencyKey };
        const id = await context.segments.delete(context.actor, edit);
        return { deletedSegmentId: toGlobalId('Segment', id), userErrors: [] };
      },
      (userErrors) => ({ deletedSegmentId: null, userErrors }),
    );
  }

  @Mutation(() => SegmentPayload, {
    description:
      'Sets all goals of a segment. Needs the role CSM for the own segments, MANAGER for those of others.',
  })
  async setSegmentGoals(
    @Arg('input', () => SetSegmentGoalsInput, { description: 'Which segment, and its goals.' })
    input: SetSegmentGoalsInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SegmentPayload> {
    const { segmentId, goals, expectedVersion, idempotencyKey } = input;
    return segmentPayload(context, info, () =>
      context.segments.setGoals(context.actor, {
        id: segmentKey(segmentId),
        goals,
        expectedVersion,
        idempotencyKey,
      }),
    );
  }
}

function segmentKey(segmentId: string): string {
  const key = keyOf('Segment', segmentId);
  if (key === null) throw new DomainError('NOT_FOUND', 'there is no such segment', ['segmentId']);
  return key;
}

async function segmentPayload(
  context: GraphqlContext,
  info: GraphQLResolveInfo,
  change: () => Promise<string>,
): Promise<SegmentPayload> {
  return refusedWith<SegmentPayload>(
    async () => {
      const id = await change();
      const selected = selectionOf(info).segment?.fields;
      const nodes = await segmentNodes(await context.reads.segments.byIds([id]), context);
      if (selected !== undefined) await loadRelations(SEGMENT_RELATIONS, nodes, selected, context);
      return { segment: nodes[0] ?? null, userErrors: [] };
    },
    (userErrors) => ({ segment: null, userErrors }),
  );
}
