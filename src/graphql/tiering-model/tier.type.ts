import { Field, Int, ObjectType } from 'type-graphql';
import { EngagementProgramType } from '../engagement-program/engagement-program.type';

@ObjectType('Tier', { description: 'A rung of the ladder.', simpleResolvers: true })
export class TierType {
  @Field(() => Int, { description: '1 is the highest.' })
  rank!: number;

  @Field(() => String, { description: 'The name in filters and files, such as "tech-touch".' })
  key!: string;

  @Field(() => String, { description: 'The name for people inside the organisation.' })
  name!: string;

  @Field(() => String, { description: 'The name that a customer may see.' })
  label!: string;

  @Field(() => EngagementProgramType, { description: 'What its accounts are owed.' })
  program!: EngagementProgramType;
}
