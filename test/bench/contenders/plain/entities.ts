import { Field, Float, Int, ObjectType } from 'type-graphql';
import {
  Column,
  Entity,
  JoinColumn,
  ManyToOne,
  OneToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  VersionColumn,
} from 'typeorm';

@ObjectType()
export class Criterion {
  @Field()
  key!: string;

  @Field(() => String, { nullable: true })
  fact!: string | null;

  @Field(() => Int)
  points!: number;

  @Field()
  weight!: string;

  @Field()
  contribution!: string;

  @Field()
  missing!: boolean;
}

@ObjectType()
@Entity('scorecard')
export class Scorecard {
  @PrimaryColumn({ type: 'bigint' })
  id!: string;

  @Field()
  @Column({ type: 'numeric' })
  total!: string;

  @Column({ type: 'numeric' })
  completeness!: string;

  @Field()
  @Column({ type: 'boolean' })
  provisional!: boolean;

  @Column({ name: 'criteria', type: 'jsonb' })
  storedCriteria!: (Omit<Criterion, 'weight' | 'contribution'> & {
    readonly weight: number;
    readonly contribution: number;
  })[];
}

@ObjectType('Owner')
@Entity('csm')
export class Csm {
  @PrimaryColumn({ type: 'bigint' })
  id!: string;

  @Field()
  @Column({ name: 'external_id', type: 'text' })
  externalId!: string;

  @Field()
  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', array: true })
  regions!: string[];
}

@ObjectType()
@Entity('pool')
export class Pool {
  @PrimaryColumn({ type: 'bigint' })
  id!: string;

  @Field()
  @Column({ name: 'external_id', type: 'text' })
  externalId!: string;

  @Field()
  @Column({ type: 'text' })
  name!: string;
}

@ObjectType()
@Entity('account')
export class Account {
  @PrimaryColumn({ type: 'bigint' })
  id!: string;

  @Field()
  @Column({ name: 'external_id', type: 'text' })
  externalId!: string;

  @Field(() => String, { nullable: true })
  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Field(() => String, { nullable: true })
  @Column({ type: 'numeric', nullable: true })
  arr!: string | null;

  @Field(() => String, { nullable: true })
  @Column({ type: 'text', nullable: true })
  industry!: string | null;

  @Field(() => String, { nullable: true })
  @Column({ type: 'text', nullable: true })
  region!: string | null;

  @Field(() => String, { nullable: true })
  @Column({ type: 'text', nullable: true })
  country!: string | null;

  @Field(() => String, { nullable: true })
  @Column({ type: 'text', nullable: true })
  status!: string | null;

  @Field(() => Int, { nullable: true })
  @Column({ name: 'health_score', type: 'int', nullable: true })
  healthScore!: number | null;

  @Field(() => String, { nullable: true })
  @Column({ name: 'churn_risk', type: 'text', nullable: true })
  churnRisk!: string | null;

  @Field(() => String, { nullable: true })
  @Column({ name: 'customer_since', type: 'date', nullable: true })
  customerSince!: string | null;

  @Field(() => String, { nullable: true })
  @Column({ name: 'renewal_date', type: 'date', nullable: true })
  renewalDate!: string | null;

  @Field(() => Int, { nullable: true })
  @Column({ name: 'seats_purchased', type: 'int', nullable: true })
  seatsPurchased!: number | null;

  @Field(() => Int, { nullable: true })
  @Column({ name: 'seats_used', type: 'int', nullable: true })
  seatsUsed!: number | null;

  @Field(() => String, { nullable: true })
  @Column({ name: 'effective_tier', type: 'text', nullable: true })
  tier!: string | null;

  @Field(() => String, { nullable: true })
  @Column({ name: 'held_tier', type: 'text', nullable: true })
  heldTier!: string | null;

  @Field(() => String, { nullable: true })
  @Column({ name: 'computed_tier', type: 'text', nullable: true })
  computedTier!: string | null;

  @Column({ name: 'override_tier', type: 'text', nullable: true })
  overrideTier!: string | null;

  @Column({ name: 'scorecard_id', type: 'bigint', nullable: true })
  scorecardId!: string | null;

  @Column({ name: 'model_version', type: 'int', nullable: true })
  modelVersion!: number | null;

  @Column({ name: 'review_due_on', type: 'date', nullable: true })
  reviewDueOn!: string | null;

  @VersionColumn()
  version!: number;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}

@ObjectType()
@Entity('pending_downgrade')
export class PendingDowngrade {
  @PrimaryColumn({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @OneToOne(() => Account)
  @JoinColumn({ name: 'account_id' })
  account!: Account;

  @Field()
  @Column({ name: 'target_tier', type: 'text' })
  targetTier!: string;

  @Field()
  @Column({ name: 'detected_on', type: 'date' })
  detectedOn!: string;

  @Field()
  @Column({ name: 'grace_until', type: 'date' })
  graceUntil!: string;

  @Field()
  @Column({ type: 'text' })
  reason!: string;
}

@Entity('portfolio_assignment')
export class Assignment {
  @PrimaryColumn({ type: 'bigint' })
  id!: string;

  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @ManyToOne(() => Csm)
  @JoinColumn({ name: 'csm_id' })
  csm!: Csm | null;

  @ManyToOne(() => Pool)
  @JoinColumn({ name: 'pool_id' })
  pool!: Pool | null;

  @Column({ name: 'to_on', type: 'date', nullable: true })
  toOn!: string | null;
}

@ObjectType('Entry')
@Entity('tier_history')
export class TierHistory {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: string;

  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Field()
  @Column({ type: 'text' })
  kind!: string;

  @Field()
  @Column({ type: 'text' })
  cause!: string;

  @Column({ name: 'computed_tier', type: 'text', nullable: true })
  computedTier!: string | null;

  @Column({ name: 'held_from', type: 'text', nullable: true })
  heldFrom!: string | null;

  @Column({ name: 'held_to', type: 'text', nullable: true })
  heldTo!: string | null;

  @Field(() => String, { nullable: true })
  @Column({ name: 'effective_from', type: 'text', nullable: true })
  effectiveFrom!: string | null;

  @Field(() => String, { nullable: true })
  @Column({ name: 'effective_to', type: 'text', nullable: true })
  effectiveTo!: string | null;

  @Column({ name: 'caused_by', type: 'jsonb' })
  causedBy!: unknown[];

  @Column({ name: 'scorecard_id', type: 'bigint', nullable: true })
  scorecardId!: string | null;

  @Column({ name: 'model_version', type: 'int' })
  modelVersion!: number;

  @Column({ name: 'actor_id', type: 'text' })
  actorId!: string;

  @Field()
  @Column({ name: 'actor_name', type: 'text' })
  actor!: string;

  @Field()
  @Column({ name: 'occurred_on', type: 'date' })
  occurredOn!: string;

  @Column({ name: 'occurred_at', type: 'timestamptz' })
  occurredAt!: Date;
}

@ObjectType()
@Entity('arr_movement')
export class Movement {
  @PrimaryColumn({ type: 'bigint' })
  id!: string;

  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Field()
  @Column({ type: 'text' })
  kind!: string;

  @Field(() => String, { nullable: true })
  @Column({ name: 'arr_from', type: 'numeric', nullable: true })
  arrFrom!: string | null;

  @Field()
  @Column({ name: 'arr_to', type: 'numeric' })
  arrTo!: string;

  @Field()
  @Column({ name: 'effective_on', type: 'date' })
  effectiveOn!: string;
}

@ObjectType()
@Entity('tier_override')
export class Override {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: string;

  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Field()
  @Column({ type: 'text' })
  status!: string;

  @Column({ type: 'text' })
  tier!: string;

  @Column({ name: 'model_version', type: 'int' })
  modelVersion!: number;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'text', nullable: true })
  note!: string | null;

  @Field()
  @Column({ name: 'expires_on', type: 'date' })
  expiresOn!: string;

  @Column({ name: 'requested_by_id', type: 'text' })
  requestedById!: string;

  @Column({ name: 'requested_by', type: 'text' })
  requestedBy!: string;

  @Column({ name: 'requested_on', type: 'date' })
  requestedOn!: string;

  @Column({ name: 'requested_at', type: 'timestamptz' })
  requestedAt!: Date;

  @Column({ name: 'started_on', type: 'date', nullable: true })
  startedOn!: string | null;
}

@Entity('account_engagement')
export class Engagement {
  @PrimaryColumn({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Column({ name: 'tier_since', type: 'date' })
  tierSince!: string;
}

@Entity('tiering_model')
export class Model {
  @PrimaryColumn({ type: 'int' })
  version!: number;

  @Column({ type: 'text' })
  status!: string;

  @Column({ type: 'jsonb' })
  definition!: { readonly tiers: { readonly key: string; readonly reviewCadenceMonths: number }[] };
}

@ObjectType()
export class TierLoad {
  @Field()
  tier!: string;

  @Field(() => Int)
  accounts!: number;

  @Field(() => Float)
  load!: number;
}

@ObjectType()
export class Capacity {
  @Field(() => Float)
  load!: number;

  @Field(() => [TierLoad])
  tiers!: TierLoad[];
}

@ObjectType()
export class Overridden {
  @Field(() => Override)
  override!: Override;

  @Field(() => Account)
  account!: Account;
}

export const ENTITIES = [
  Account,
  Assignment,
  Csm,
  Engagement,
  Model,
  Movement,
  Override,
  PendingDowngrade,
  Pool,
  Scorecard,
  TierHistory,
];
