import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from '../connection';
import { Node } from '../node';
import { DateScalar, DecimalScalar } from '../scalars';
import { MovementKindEnum, MovementSourceEnum } from './movement.enum';

@ObjectType('ArrMovement', {
  implements: Node,
  description: 'A change of the ARR of an account on a day.',
  simpleResolvers: true,
})
export class ArrMovementType extends Node {
  @Field(() => MovementKindEnum, { description: 'How it moved.' })
  kind!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'The ARR before, in the base currency; null where nothing was known.',
  })
  arrFrom!: string | null;

  @Field(() => DecimalScalar, { description: 'The ARR after, in the base currency.' })
  arrTo!: string;

  @Field(() => DateScalar, { description: 'The day from which it counts.' })
  effectiveOn!: string;

  @Field(() => DateScalar, { description: 'The day on which it became known.' })
  recordedOn!: string;

  @Field(() => Boolean, { description: 'Whether it became known only after the day from which it counts.' })
  backDated!: boolean;

  @Field(() => MovementSourceEnum, { description: 'Where the ARR comes from.' })
  source!: string;
}

export const { Connection: ArrMovementConnection } = connectionOf(
  ArrMovementType,
  'ArrMovement',
  'ARR movements',
);
