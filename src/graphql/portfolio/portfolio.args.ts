import { ArgsType, Field } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { ConnectionArgs } from '../connection';
import { DateScalar } from '../scalars';

@ArgsType()
export class PortfolioArgs extends ConnectionArgs {
  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day on which they were looked after, not after today; today if absent.',
  })
  asOf?: CalendarDate | null;
}

@ArgsType()
export class OnDayArgs {
  @Field(() => DateScalar, { nullable: true, description: 'The day, not after today; today if absent.' })
  asOf?: CalendarDate | null;
}

@ArgsType()
export class PlannedDayArgs {
  @Field(() => DateScalar, { nullable: true, description: 'The day, past or to come; today if absent.' })
  asOf?: CalendarDate | null;
}
