import { Extensions, Field, Int, ObjectType } from 'type-graphql';
import { DAILY_STEPS } from '../../domain/daily-run';
import { connectionOf } from '../connection';
import { DateScalar, DateTimeScalar } from '../scalars';
import { DailyStepNameEnum } from './daily-run.enum';

@ObjectType('DailyStep', {
  description: 'One part of the scheduled work of a day.',
  simpleResolvers: true,
})
export class DailyStepType {
  @Field(() => DailyStepNameEnum, { description: 'Which part.' })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'When it was begun, the last time.' })
  startedAt!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was done; null while it runs, or where it broke off and waits to be done again.',
  })
  finishedAt!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many things it changed, such as accounts; null until it is done.',
  })
  changed!: number | null;
}

@ObjectType('DailyRun', {
  description: 'The scheduled work of one day: what falls due on that day is done as of it.',
  simpleResolvers: true,
})
export class DailyRunType {
  @Field(() => DateScalar, { description: 'The day, in the business time zone.' })
  day!: string;

  @Field(() => DateTimeScalar, {
    description: 'When it was first begun; after downtime that is later than the day.',
  })
  startedAt!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When all of its steps were done; null while it runs, or where it broke off.',
  })
  finishedAt!: string | null;

  @Extensions({ listBound: DAILY_STEPS.length })
  @Field(() => [DailyStepType], { description: 'The steps that were begun so far, in their order.' })
  steps!: readonly DailyStepType[];
}

export const { Connection: DailyRunConnection } = connectionOf(DailyRunType, 'DailyRun', 'daily runs');
