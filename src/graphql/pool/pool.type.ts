import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from '../connection';
import { Node } from '../node';
import { DateScalar, DateTimeScalar } from '../scalars';

@ObjectType('Pool', {
  implements: Node,
  description: 'Several CSMs who share accounts.',
  simpleResolvers: true,
})
export class PoolType extends Node {
  @Field(() => String, { description: 'The identifier that the organisation gave.' })
  externalId!: string;

  @Field(() => String, { description: 'What the pool is called.' })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'When Tierbook first heard of it.' })
  createdAt!: string;
}

export const { Connection: PoolConnection } = connectionOf(PoolType, 'Pool', 'pools');

@ObjectType('PoolMembership', {
  description: 'Days on which a CSM shares the accounts of a pool.',
  simpleResolvers: true,
})
export class PoolMembershipType {
  @Field(() => DateScalar, {
    nullable: true,
    description: 'The first day that no longer counts; null for a membership without an end.',
  })
  to!: string | null;
}
