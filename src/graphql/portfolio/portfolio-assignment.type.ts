import { Field, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../connection';
import { Node } from '../node';
import { DateScalar, DateTimeScalar, DecimalScalar } from '../scalars';

@ObjectType('PortfolioAssignment', {
  implements: Node,
  description: 'Who looks after an account from one day to another: a CSM or a pool.',
  simpleResolvers: true,
})
export class PortfolioAssignmentType extends Node {
  @Field(() => String, {
    nullable: true,
    description: 'The executive who stands behind the account; the top tier needs one.',
  })
  executiveSponsor!: string | null;

  @Field(() => DateScalar, { description: 'The first day.' })
  from!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'The first day that no longer counts; null for the present one. The first day itself where it was replaced on that very day.',
  })
  to!: string | null;

  @Field(() => String, { nullable: true, description: 'Why, in the words of whoever decided it.' })
  reason!: string | null;

  @Field(() => String, { description: 'Who decided it.' })
  actor!: string;

  @Field(() => DateTimeScalar, { description: 'When it was written down.' })
  recordedAt!: string;
}

export const { Connection: PortfolioAssignmentConnection } = connectionOf(
  PortfolioAssignmentType,
  'PortfolioAssignment',
  'assignments',
);

@ObjectType('PortfolioTotals', {
  description: 'What a portfolio holds on a day; accounts that were churned then are left out.',
  simpleResolvers: true,
})
export class PortfolioTotalsType {
  @Field(() => DateScalar, { description: 'The day.' })
  asOf!: string;

  @Field(() => Int, { description: 'How many accounts.' })
  accounts!: number;

  @Field(() => DecimalScalar, { description: 'Their ARR, in the base currency; an unknown one counts as 0.' })
  arr!: string;
}
