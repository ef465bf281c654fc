import { type GraphQLResolveInfo } from 'graphql';
import { Ctx, Field, FieldResolver, Info, ObjectType, Query, Resolver } from 'type-graphql';
import { may, type Permission, PERMISSIONS, type Role } from '../../app/actor';
import { type GraphqlContext } from '../context';
import { type CsmNode } from '../csm/csm.node';
import { CsmType } from '../csm/csm.type';
import { selectionOf } from '../look-ahead';
import { csmsByKey } from '../relations';
import { PermissionEnum, RoleEnum } from './viewer.enum';

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

  @FieldResolver(() => CsmType, {
    nullable: true,
    description: 'The CSM that the actor is, whose portfolio is its own; null for everybody else.',
  })
  async csm(@Ctx() context: GraphqlContext, @Info() info: GraphQLResolveInfo): Promise<CsmNode | null> {
    const use = { args: {}, fields: selectionOf(info) };
    const [csm] = await csmsByKey([context.actor], ({ csmId }) => csmId, use, context);
    return csm ?? null;
  }
}
