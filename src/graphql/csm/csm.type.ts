import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { ConnectionArgs, connectionOf } from '../connection';
import { Node } from '../node';
import { DateScalar, DateTimeScalar, DecimalScalar } from '../scalars';

@ObjectType('EmploymentTerm', {
  description: 'How much a CSM works from one day to another.',
  simpleResolvers: true,
})
export class EmploymentTermType {
  @Field(() => DateScalar, {
    nullable: true,
    description: 'The first day; null where nobody knows since when.',
  })
  from!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The first day that no longer counts; null for a term without an end.',
  })
  to!: string | null;

  @Field(() => DecimalScalar, { description: 'Full-time equivalent, above 0 and at most 1.00.' })
  fte!: string;
}

@ObjectType('Leave', {
  description: 'Days on which a CSM is away, and who stands in.',
  simpleResolvers: true,
})
export class LeaveType {
  @Field(() => DateScalar, { description: 'The first day away.' })
  from!: string;

  @Field(() => DateScalar, { description: 'The first day back.' })
  to!: string;
}

/** The fields of a CSM that come from its own row; what belongs to it is resolved beside them. */
@ObjectType('Csm', {
  implements: Node,
  description: 'A customer success manager.',
  simpleResolvers: true,
})
export class CsmType extends Node {
  @Field(() => String, { description: 'The identifier that the organisation gave.' })
  externalId!: string;

  @Field(() => String, { description: 'Name of the person.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  email!: string | null;

  @Field(() => [String], { description: 'Regions that the CSM serves, as accounts name theirs.' })
  regions!: readonly string[];

  @Field(() => [String], { description: 'Language tags that the CSM speaks, such as pt-BR.' })
  languages!: readonly string[];

  @Field(() => [String], { description: 'Industries that the CSM knows, as accounts name theirs.' })
  industries!: readonly string[];

  @Field(() => Int, { description: 'Goes up with every change.' })
  version!: number;

  @Field(() => DateTimeScalar, { description: 'When Tierbook first heard of the CSM.' })
  createdAt!: string;

  @Field(() => DateTimeScalar, { description: 'When anything about the CSM last changed.' })
  updatedAt!: string;
}

export const { Connection: CsmConnection } = connectionOf(CsmType, 'Csm', 'CSMs');

@InputType('CsmFilter', { description: 'Which CSMs are meant. Everything that is given must hold.' })
export class CsmFilterInput {
  @Field(() => String, { nullable: true, description: 'Part of the name, in any case.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'The identifier that the organisation gave.' })
  externalId?: string | null;

  @Field(() => String, { nullable: true, description: 'Serves this region.' })
  region?: string | null;

  @Field(() => String, { nullable: true, description: 'Speaks the language with this tag.' })
  language?: string | null;

  @Field(() => String, { nullable: true, description: 'Knows this industry.' })
  industry?: string | null;

  @Field(() => String, { nullable: true, description: 'Belongs today to the pool with this external id.' })
  pool?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Works here on this day.' })
  employedOn?: CalendarDate | null;

  @Field(() => DateScalar, { nullable: true, description: 'Is on leave on this day.' })
  onLeaveOn?: CalendarDate | null;
}

@ArgsType()
export class CsmsArgs extends ConnectionArgs {
  @Field(() => CsmFilterInput, { nullable: true, description: 'Which of them; all if absent.' })
  where?: CsmFilterInput | null;
}

@ArgsType()
export class CsmArgs {
  @Field(() => ID, { nullable: true, description: 'The id that this API gave.' })
  id?: string | null;

  @Field(() => String, { nullable: true, description: 'The identifier that the organisation gave.' })
  externalId?: string | null;
}
