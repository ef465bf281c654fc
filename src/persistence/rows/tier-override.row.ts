import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An override, or the request for one. */
@Entity('tier_override')
@Check(
  'ck_tier_override_status',
  `status IN ('REQUESTED', 'ACTIVE', 'REJECTED', 'WITHDRAWN', 'EXPIRED', 'REVOKED', 'SUPERSEDED')`,
)
@Check(
  'ck_tier_override_reason',
  `reason IN ('STRATEGIC_VALUE', 'BRAND', 'RELATIONSHIP_COMPLEXITY', 'PRODUCT_COMPLEXITY', 'RISK_RECOVERY', 'EXPECTED_EXPANSION', 'DATA_ERROR', 'OTHER')`,
)
@Check(
  'ck_tier_override_end_reason',
  `end_reason IN ('DECISION', 'WITHDRAWAL', 'DATA_ERROR', 'TIER_REVIEW', 'SUPERSEDED', 'EXPIRY', 'ACCOUNT_CHURNED')`,
)
@Check('ck_tier_override_expiry', `expires_on > requested_on`)
@Check(
  'ck_tier_override_started',
  `(status IN ('ACTIVE', 'EXPIRED', 'REVOKED', 'SUPERSEDED')) = (started_on IS NOT NULL)`,
)
@Check(
  'ck_tier_override_decided',
  `num_nonnulls(decided_by_id, decided_by, decided_on, decided_at) IN (0, 4)`,
)
@Check(
  'ck_tier_override_ended',
  `num_nonnulls(ended_by_id, ended_by, ended_on, ended_at, end_reason) = CASE WHEN status IN ('REQUESTED', 'ACTIVE') THEN 0 ELSE 5 END`,
)
@Index('uq_override_active', { synchronize: false })
@Index('uq_override_requested', { synchronize: false })
@Index('ix_tier_override_account', { synchronize: false })
@Index('ix_tier_override_expiry', { synchronize: false })
export class TierOverrideRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_tier_override',
  })
  id!: string;

  @ForeignKey('AccountRow', { name: 'fk_tier_override_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Column({ name: 'status', type: 'text' })
  status!: string;

  @Column({ name: 'tier', type: 'text' })
  tier!: string;

  @ForeignKey('TieringModelRow', { name: 'fk_tier_override_model' })
  @Column({ name: 'model_version', type: 'integer' })
  modelVersion!: number;

  @Column({ name: 'reason', type: 'text' })
  reason!: string;

  @Column({ name: 'note', type: 'text', nullable: true })
  note!: string | null;

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

  @Column({ name: 'decided_by_id', type: 'text', nullable: true })
  decidedById!: string | null;

  @Column({ name: 'decided_by', type: 'text', nullable: true })
  decidedBy!: string | null;

  @Column({ name: 'decided_on', type: 'date', nullable: true })
  decidedOn!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;

  @Column({ name: 'decision_note', type: 'text', nullable: true })
  decisionNote!: string | null;

  @Column({ name: 'ended_by_id', type: 'text', nullable: true })
  endedById!: string | null;

  @Column({ name: 'ended_by', type: 'text', nullable: true })
  endedBy!: string | null;

  @Column({ name: 'ended_on', type: 'date', nullable: true })
  endedOn!: string | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  @Column({ name: 'end_reason', type: 'text', nullable: true })
  endReason!: string | null;

  @Column({ name: 'end_note', type: 'text', nullable: true })
  endNote!: string | null;

  @Column({ name: 'version', type: 'integer', default: 1 })
  version!: number;
}
