import { Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { DateScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';
import { HealthCodeEnum, HealthSeverityEnum } from './tiering-health.enum';

@ObjectType('TieringHealthFinding', {
  description: 'Something about the tiers of the book that asks for a decision.',
  simpleResolvers: true,
})
export class TieringHealthFindingType {
  @Field(() => HealthCodeEnum, { description: 'What it is.' })
  code!: string;

  @Field(() => HealthSeverityEnum, { description: 'How pressing it is.' })
  severity!: string;

  @Field(() => TierType, {
    nullable: true,
    description: 'The tier that it is about; null for the whole book.',
  })
  tier!: TierType | null;

  @Field(() => Float, {
    description:
      'What was measured: a share as a fraction of 1; a number of accounts for YO_YO, NO_OWNER, OWNER_GONE, OWNER_LEAVES, COVERAGE_BROKEN and NO_EXECUTIVE_SPONSOR; for OVER_SEGMENTED of tiers.',
  })
  figure!: number;

  @Field(() => Float, { description: 'What it is measured against, in the same unit.' })
  threshold!: number;

  @Field(() => String, { description: 'What it means and what to do, for people.' })
  message!: string;
}

@ObjectType('TieringHealth', {
  description: 'Whether the tiers of the book are in order under the published model.',
  simpleResolvers: true,
})
export class TieringHealthType {
  @Field(() => DateScalar, { description: 'The day for which it holds.' })
  asOf!: string;

  @Field(() => Int, { description: 'The published version.' })
  modelVersion!: number;

  @Extensions({ listBound: 20 })
  @Field(() => [TieringHealthFindingType], { description: 'What was found, the most pressing first.' })
  findings!: readonly TieringHealthFindingType[];
}
