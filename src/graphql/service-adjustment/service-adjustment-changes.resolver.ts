import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type AdjustmentIds } from '../../app/service-adjustment.service';
import { DomainError } from '../../domain/errors';
import { accountKey } from '../account/account-key';
import { type GraphqlContext } from '../context';
import { keyOf } from '../ids';
import { selectionOf } from '../look-ahead';
import { Refusable, refusedWith } from '../payload';
import { loadRelations } from '../relation';
import { OF_AN_ACCOUNT } from '../relations';
import {
  AcceptServiceAdjustmentInput,
  DismissServiceAdjustmentInput,
  EndServiceAdjustmentInput,
  SetServiceAdjustmentInput,
} from './service-adjustment.input';
import { type AdjustmentNode, adjustmentNodes } from './service-adjustment.node';
import { ServiceAdjustmentType } from './service-adjustment.type';

@ObjectType({ description: 'A service adjustment after a decision about it.', simpleResolvers: true })
export class ServiceAdjustmentPayload extends Refusable {
  @Field(() => ServiceAdjustmentType, {
    nullable: true,
    description: 'The adjustment, with its account; null where it was refused.',
  })
  serviceAdjustment!: AdjustmentNode | null;
}

@Resolver()
export class ServiceAdjustmentChangesResolver {
  @Mutation(() => ServiceAdjustmentPayload, {
    description:
      'Accepts a proposed service adjustment until a day; an active one of the other kind ends. Needs the role MANAGER.',
  })
  async acceptServiceAdjustment(
    @Arg('input', () => AcceptServiceAdjustmentInput, { description: 'Which proposal, and until when.' })
    input: AcceptServiceAdjustmentInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ServiceAdjustmentPayload> {
    const { until, note } = input;
    return answer(context, info, () =>
      context.adjustments.accept(context.actor, adjustmentKey(input), { until, note: note ?? null }, input),
    );
  }

  @Mutation(() => ServiceAdjustmentPayload, {
    description:
      'Dismisses a proposed service adjustment; it is not proposed again while its grounds hold. Needs the role MANAGER.',
  })
  async dismissServiceAdjustment(
    @Arg('input', () => DismissServiceAdjustmentInput, { description: 'Which proposal.' })
    input: DismissServiceAdjustmentInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ServiceAdjustmentPayload> {
    return answer(context, info, () =>
      context.adjustments.dismiss(context.actor, adjustmentKey(input), input.note ?? null, input),
    );
  }

  @Mutation(() => ServiceAdjustmentPayload, {
    description:
      'Sets a service adjustment that nobody proposed; an open proposal is withdrawn. Needs the role MANAGER.',
  })
  async setServiceAdjustment(
    @Arg('input', () => SetServiceAdjustmentInput, { description: 'Which account, what, and until when.' })
    input: SetServiceAdjustmentInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ServiceAdjustmentPayload> {
    const { kind, until, note, replace } = input;
    const terms = { kind, until, note: note ?? null, replace };
    return answer(context, info, () =>
      context.adjustments.set(context.actor, accountKey(input), terms, input),
    );
  }

  @Mutation(() => ServiceAdjustmentPayload, {
    description: 'Ends an active service adjustment before its time. Needs the role MANAGER.',
  })
  async endServiceAdjustment(
    @Arg('input', () => EndServiceAdjustmentInput, { description: 'Which adjustment.' })
    input: EndServiceAdjustmentInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ServiceAdjustmentPayload> {
    return answer(context, info, () =>
      context.adjustments.end(context.actor, adjustmentKey(input), input.note ?? null, input),
    );
  }
}

/** The adjustment that an input names. Throws NOT_FOUND for an id that is none of an adjustment. */
function adjustmentKey({ adjustmentId }: { adjustmentId: string }): string {
  const key = keyOf('ServiceAdjustment', adjustmentId);
  if (key === null) {
    throw new DomainError('NOT_FOUND', 'there is no such service adjustment', ['adjustmentId']);
  }
  return key;
}

async function answer(
  context: GraphqlContext,
  info: GraphQLResolveInfo,
  change: () => Promise<AdjustmentIds>,
): Promise<ServiceAdjustmentPayload> {
  return refusedWith<ServiceAdjustmentPayload>(
    async () => {
      const { adjustmentId } = await change();
      const selection = selectionOf(info).serviceAdjustment?.fields;
      if (selection === undefined) return { serviceAdjustment: null, userErrors: [] };
      const rows = await context.reads.adjustments.byIds([adjustmentId]);
      const nodes = await adjustmentNodes(rows, context);
      await loadRelations(OF_AN_ACCOUNT, nodes, selection, context);
      return { serviceAdjustment: nodes[0] ?? null, userErrors: [] };
    },
    (userErrors) => ({ serviceAdjustment: null, userErrors }),
  );
}
