import { Refusable } from '../payload';
import { ArgsType, Extensions, Field, ID, InputType, ObjectType } from 'type-graphql';
import { type Role } from '../../app/actor';
import { ConnectionArgs, connectionOf } from '../connection';
import { Node, UserError } from '../node';
import { DateTimeScalar } from '../scalars';
import { RoleEnum } from '../viewer/viewer.enum';

@ObjectType('ApiToken', {
  implements: Node,
  description:
    'A token by which a script or a dashboard is let in. Its text is not kept, so nothing shows it again.',
  simpleResolvers: true,
})
export class ApiTokenType extends Node {
  @Field(() => String, { description: 'How its text begins, to tell it from others.' })
  prefix!: string;

  @Field(() => String, { description: 'What or who it is for.' })
  name!: string;

  @Field(() => RoleEnum, { description: 'What it may do.' })
  role!: Role;

  @Field(() => Boolean, { description: 'Whether it lets somebody in: it is neither revoked nor expired.' })
  usable!: boolean;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The moment from which it is refused; null for one that does not expire.',
  })
  expiresAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked; null if it was not.' })
  revokedAt!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it last let somebody in, to within an hour; null if it never did.',
  })
  lastUsedAt!: string | null;
}

export const { Connection: ApiTokenConnection } = connectionOf(ApiTokenType, 'ApiToken', 'API tokens');

@InputType('ApiTokenFilter', {
  description: 'Which API tokens are meant. Everything that is given must hold.',
})
export class ApiTokenFilterInput {
  @Field(() => Boolean, {
    nullable: true,
    description: 'true: neither revoked nor expired; false: revoked or expired.',
  })
  usable?: boolean | null;
}

@ArgsType()
export class ApiTokensArgs extends ConnectionArgs {
  @Field(() => ApiTokenFilterInput, { nullable: true, description: 'Which of them; all if absent.' })
  where?: ApiTokenFilterInput | null;
}

@InputType({ description: 'The API token to be made.' })
export class CreateApiTokenInput {
  @Field(() => String, { description: 'What or who it is for: 1 to 100 characters.' })
  name!: string;

  @Field(() => RoleEnum, { description: 'What it may do.' })
  role!: Role;

  @Field(() => String, {
    nullable: true,
    description: 'The external id of the CSM whose portfolio is its own; the role CSM needs one.',
  })
  csm?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The moment from which it is refused; it does not expire if absent.',
  })
  expiresAt?: string | null;
}

@InputType({ description: 'The API token that is to let nobody in any more.' })
export class RevokeApiTokenInput {
  @Field(() => ID, { description: 'The id of the token.' })
  id!: string;
}

@ObjectType({ description: 'The API token that was made.', simpleResolvers: true })
export class CreateApiTokenPayload extends Refusable {
  @Field(() => ApiTokenType, { nullable: true, description: 'The token; null where it was refused.' })
  token!: ApiTokenType | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What to send as "authorization: Bearer ...". Keep it: it is shown this once; null where it was refused.',
  })
  text!: string | null;
}

@ObjectType({ description: 'The API token that was revoked.', simpleResolvers: true })
export class RevokeApiTokenPayload {
  @Field(() => ApiTokenType, { nullable: true, description: 'The token; null where there is none.' })
  token!: ApiTokenType | null;

  @Extensions({ listBound: 1 })
  @Field(() => [UserError], { description: 'Why nothing was revoked; empty otherwise.' })
  userErrors!: readonly UserError[];
}
