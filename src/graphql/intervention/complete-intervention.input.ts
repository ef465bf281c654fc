import { Field, ID, InputType, Int } from 'type-graphql';
import { MOST_INTERVENTIONS_AT_ONCE } from '../../app/intervention.service';
import { IDEMPOTENCY_KEY } from '../idempotency-key';

@InputType({ description: 'One intervention that is to be completed.' })
export class InterventionCompletionInput {
  @Field(() => ID, { description: 'The intervention.' })
  interventionId!: string;

  @Field(() => String, { description: 'What was done about it, 1 to 1,000 characters.' })
  note!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'The version of the intervention that you have seen; it is refused as STALE_VERSION if that is no longer so.',
  })
  expectedVersion?: number | null;
}

@InputType({ description: 'An intervention that is to be completed.' })
export class CompleteInterventionInput extends InterventionCompletionInput {
  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Interventions that are to be completed.' })
export class CompleteInterventionsInput {
  @Field(() => [InterventionCompletionInput], {
    description: `Up to ${MOST_INTERVENTIONS_AT_ONCE} interventions.`,
  })
  interventions!: InterventionCompletionInput[];

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
