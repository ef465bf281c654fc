import { Field, ObjectType } from 'type-graphql';
import { DimensionEnum } from './breakdown.enum';

@ObjectType('GroupKey', {
  description: 'What the accounts of a group have in common.',
  simpleResolvers: true,
})
export class GroupKeyType {
  @Field(() => DimensionEnum, { description: 'The dimension.' })
  dimension!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Its value; a tier by its key, a band by its bounds, such as "25000-50000" (the lower bound belongs to it). Null where it is not known.',
  })
  value!: string | null;
}
