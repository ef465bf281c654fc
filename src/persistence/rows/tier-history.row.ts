import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A row of an account's tier history; only ever added to. */
@Entity('tier_history')
@Check(
  'ck_tier_history_kind',
  `kind IN ( 'INITIAL', 'UPGRADE', 'DOWNGRADE', 'DOWNGRADE_PENDING', 'DOWNGRADE_CANCELLED', 'OVERRIDE_STARTED', 'OVERRIDE_ENDED', 'CHURNED', 'REACTIVATED')`,
)
@Check(
  'ck_tier_history_cause',
  `cause IN ( 'FACTS', 'MODEL_PUBLISHED', 'GRACE_ENDED', 'REVIEW', 'OVERRIDE', 'CORRECTION', 'TIME')`,
)
@Index('ix_tier_history_account', { synchronize: false })
@Index('ix_tier_history_move', { synchronize: false })
export class TierHistoryRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_tier_history',
  })
  id!: string;

  @ForeignKey('AccountRow', { name: 'fk_tier_history_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: string;

  @Column({ name: 'cause', type: 'text' })
  cause!: string;

  @Column({ name: 'computed_tier', type: 'text', nullable: true })
  computedTier!: string | null;

  @Column({ name: 'held_from', type: 'text', nullable: true })
  heldFrom!: string | null;

  @Column({ name: 'held_to', type: 'text', nullable: true })
  heldTo!: string | null;

  @Column({ name: 'effective_from', type: 'text', nullable: true })
  effectiveFrom!: string | null;

  @Column({ name: 'effective_to', type: 'text', nullable: true })
  effectiveTo!: string | null;

  @Column({ name: 'pending_target', type: 'text', nullable: true })
  pendingTarget!: string | null;

  @Column({ name: 'pending_detected_on', type: 'date', nullable: true })
  pendingDetectedOn!: string | null;

  @Column({ name: 'grace_until', type: 'date', nullable: true })
  graceUntil!: string | null;

  @Column({ name: 'grace_reason', type: 'text', nullable: true })
  graceReason!: string | null;

  @Column({ name: 'caused_by', type: 'jsonb' })
  causedBy!: unknown;

  @ForeignKey('ScorecardRow', { name: 'fk_tier_history_scorecard' })
  @Column({ name: 'scorecard_id', type: 'bigint', nullable: true })
  scorecardId!: string | null;

  @ForeignKey('TieringModelRow', { name: 'fk_tier_history_model' })
  @Column({ name: 'model_version', type: 'integer' })
  modelVersion!: number;

  @Column({ name: 'actor_id', type: 'text' })
  actorId!: string;

  @Column({ name: 'actor_name', type: 'text' })
  actorName!: string;

  @Column({ name: 'occurred_on', type: 'date' })
  occurredOn!: string;

  @Column({ name: 'occurred_at', type: 'timestamptz' })
  occurredAt!: Date;
}
