import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type GraphqlContext } from '../context';
import { userErrorOf } from '../errors';
import { keyOf } from '../ids';
import { type Selection, selectionOf } from '../look-ahead';
import { UserError } from '../node';
import { finderOf, Refusable, refusedWith, resultsWith } from '../payload';
import { loadRelations } from '../relation';
import { OF_AN_ACCOUNT } from '../relations';
import { CompleteInterventionInput, CompleteInterventionsInput } from './complete-intervention.input';
import { type InterventionNode, interventionNodes } from './intervention.node';
import { InterventionType } from './intervention.type';

/** No intervention has this id. */
const NONE = '0';

@ObjectType({ description: 'What became of an intervention.', simpleResolvers: true })
export class CompleteInterventionPayload extends Refusable {
  @Field(() => InterventionType, {
    nullable: true,
    description: 'The intervention, with its account; null where it was refused.',
  })
  intervention!: InterventionNode | null;
}

@ObjectType({ description: 'What became of one intervention of several.', simpleResolvers: true })
export class CompleteInterventionsResult extends Refusable {
  @Field(() => InterventionType, {
    nullable: true,
    description: 'The intervention as it is now; null where there is none.',
  })
  intervention!: InterventionNode | null;
}

@ObjectType({ description: 'What became of interventions.', simpleResolvers: true })
export class CompleteInterventionsPayload {
  @Extensions({ listBound: 1 })
  @Field(() => [CompleteInterventionsResult], {
    description:
      'A result for each intervention, in the order given; empty where the whole call was refused.',
  })
  results!: readonly CompleteInterventionsResult[];

  @Extensions({ listBound: 1 })
  @Field(() => [UserError], {
    description:
      'Why the whole call was refused; empty otherwise. Errors of single interventions stand with their results.',
  })
  userErrors!: readonly UserError[];
}

@Resolver()
export class CompleteInterventionResolver {
  @Mutation(() => CompleteInterventionPayload, {
    description:
      'Closes an open intervention with a note: a CSM those of the accounts that the CSM looks after, alone or in a pool, a manager all of them. Needs the role CSM.',
  })
  async completeIntervention(
    @Arg('input', () => CompleteInterventionInput, { description: 'Which one, and what was done about it.' })
    input: CompleteInterventionInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CompleteInterventionPayload> {
    return refusedWith<CompleteInterventionPayload>(
      async () => {
        const completion = { interventionId: interventionKey(input), note: input.note };
        const id = await context.interventions.complete(context.actor, completion, input);
        const selection = selectionOf(info).intervention?.fields;
        const nodes = await readInterventions([id], selection, context);
        return { intervention: nodes[0] ?? null, userErrors: [] };
      },
      (userErrors) => ({ intervention: null, userErrors }),
    );
  }

  @Extensions({ answersEach: ['input', 'interventions'] })
  @Mutation(() => CompleteInterventionsPayload, {
    description:
      'Closes up to 500 open interventions in one transaction, each with a note; what is wrong with one does not touch the others. Needs the role CSM.',
  })
  async completeInterventions(
    @Arg('input', () => CompleteInterventionsInput, { description: 'Which ones.' })
    input: CompleteInterventionsInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CompleteInterventionsPayload> {
    return resultsWith(async () => {
      const completions = input.interventions.map((one) => ({
        interventionId: interventionKey(one),
        note: one.note,
        expectedVersion: one.expectedVersion,
      }));
      const results = await context.interventions.completeAll(
        context.actor,
        completions,
        input.idempotencyKey,
      );
      const ids = results.flatMap(({ interventionId }) => interventionId ?? []);
      const selection = selectionOf(info).results?.fields.intervention?.fields;
      const interventionOf = finderOf(await readInterventions([...new Set(ids)], selection, context));
      return results.map(({ interventionId, refusal }) => ({
        intervention: interventionOf(interventionId),
        userErrors: refusal === null ? [] : [userErrorOf(refusal)],
      }));
    });
  }
}

/** The intervention that an input names; an id that is none of an intervention finds nothing. */
function interventionKey({ interventionId }: { interventionId: string }): string {
  return keyOf('Intervention', interventionId) ?? NONE;
}

async function readInterventions(
  ids: readonly string[],
  selection: Selection | undefined,
  context: GraphqlContext,
): Promise<InterventionNode[]> {
  if (selection === undefined || ids.length === 0) return [];
  const nodes = await interventionNodes(await context.reads.interventions.byIds(ids), context);
  await loadRelations(OF_AN_ACCOUNT, nodes, selection, context);
  return nodes;
}
