import { ArgsType, Extensions, Field, ID, InputType, ObjectType } from 'type-graphql';
import { type AuditAction, type AuditSubject } from '../../app/ports/audit';
import { ConnectionArgs, connectionOf } from '../connection';
import { Node } from '../node';
import { DateTimeScalar } from '../scalars';
import { AuditActionEnum, AuditSubjectEnum } from './audit.enum';

@ObjectType({ description: 'One field of a write, before and after it.', simpleResolvers: true })
export class AuditChange {
  @Field(() => String, { description: 'The name of the field.' })
  field!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'What it was, as text; lists and objects as JSON. Null for nothing, and where the subject was created.',
  })
  before!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What it is since, as text; lists and objects as JSON. Null for nothing, and where the subject was deleted.',
  })
  after!: string | null;
}

/** What the cost counts; a row of an account may have twice as many fields. */
const MOST_CHANGES = 20;

@ObjectType('AuditEntry', {
  implements: Node,
  description:
    'One write to one thing. Entries are never changed. What the rules make of an account is in its tier history.',
  simpleResolvers: true,
})
export class AuditEntryType extends Node {
  @Field(() => DateTimeScalar, { description: 'When it was written.' })
  occurredAt!: string;

  @Field(() => String, {
    description: 'Who wrote it: `viewer` gives the own id; "database:USER" for one who wrote past the API.',
  })
  actorId!: string;

  @Field(() => String, { description: 'What whoever wrote it was called then.' })
  actorName!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The x-request-id of the request that wrote it; null for what was not written by a request.',
  })
  requestId!: string | null;

  @Field(() => AuditActionEnum, { description: 'What was done.' })
  action!: AuditAction;

  @Field(() => AuditSubjectEnum, { description: 'What kind of thing it was done to.' })
  subject!: AuditSubject;

  @Extensions({ listBound: MOST_CHANGES })
  @Field(() => [AuditChange], {
    description:
      'All fields with a value of what was created or deleted, the changed ones of what was changed; by name. Secrets are left out.',
  })
  changes!: readonly AuditChange[];
}

export const { Connection: AuditEntryConnection } = connectionOf(
  AuditEntryType,
  'AuditEntry',
  'entries of the audit',
);

@InputType('AuditFilter', {
  description: 'Which entries of the audit are meant. Everything that is given must hold.',
})
export class AuditFilterInput {
  @Field(() => [AuditSubjectEnum], { nullable: true, description: 'Writes to one of these.' })
  subjects?: AuditSubject[] | null;

  @Field(() => [AuditActionEnum], { nullable: true, description: 'One of these was done.' })
  actions?: AuditAction[] | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Writes to the thing with this id, and to its parts: for a CSM also those to terms, leaves and memberships.',
  })
  subjectId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Writes to this account and to everything that belongs to it.',
  })
  accountId?: string | null;

  @Field(() => String, { nullable: true, description: 'Written by the actor with this id.' })
  actorId?: string | null;

  @Field(() => String, { nullable: true, description: 'Written by the request with this x-request-id.' })
  requestId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Written at this moment or later.' })
  from?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Written before this moment.' })
  to?: string | null;
}

@ArgsType()
export class AuditEntriesArgs extends ConnectionArgs {
  @Field(() => AuditFilterInput, { nullable: true, description: 'Which of them; all if absent.' })
  where?: AuditFilterInput | null;
}
