import { Ctx, Field, FieldResolver, ObjectType, Query, Resolver } from 'type-graphql';
import { may, type Permission, PERMISSIONS, type Role } from '../../app/actor';
import { type GraphqlContext } from '../context';
import { PermissionEnum, RoleEnum } from '../enums';

@ObjectType({ description: 'Who is asking.', simpleResolvers: true })
export class Viewer {
  @Field(() => String, {
    description: 'Stable and unique among actors; it stands beside everything that the actor does.',
  })
  actorId!: string;

  @Field(() => String, { description: 'The name of the person or of the token.' })
  name!: string;

  @Field(() => RoleEnum, { description: 'The role.' })
  role!: Role;

  @Field(() => [PermissionEnum], { description: 'What the role may do.' })
  permissions!: readonly Permission[];
}

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { description: 'Who am I, and what may I do?' })
  viewer(@Ctx() { actor }: GraphqlContext): Viewer {
    return {
      actorId: actor.id,
      name: actor.name,
      role: actor.role,
      permissions: PERMISSIONS.filter((permission) => may(actor, permission)),
    };
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The external id of the CSM whose portfolio is the own one; null for whoever has none.',
  })
  csmExternalId(@Ctx() { actor, reads }: GraphqlContext): Promise<string | null> | null {
    return actor.csmId === null ? null : reads.csmIdentities.externalIdOf(actor.csmId);
  }
}
