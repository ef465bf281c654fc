import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Temporary extra or lighter touch, or the proposal of it. */
@Entity('service_adjustment')
@Check('ck_service_adjustment_kind', `kind IN ('EXTRA', 'LIGHTER')`)
@Check('ck_service_adjustment_status', `status IN ('PROPOSED', 'ACTIVE', 'DISMISSED', 'WITHDRAWN', 'ENDED')`)
@Check(
  'ck_service_adjustment_grounds',
  `grounds IN ('TOP_TIER_AT_RISK', 'KEPT_OUT_OF_TOP_TIER', 'HEALTHY_SECOND_TIER')`,
)
@Check(
  'ck_service_adjustment_end_reason',
  `end_reason IN ('DECISION', 'EXPIRY', 'GROUNDS_GONE', 'REPLACED', 'ACCOUNT_CHURNED')`,
)
@Check(
  'ck_service_adjustment_started',
  `num_nonnulls(started_on, until_on) = CASE WHEN status IN ('ACTIVE', 'ENDED') THEN 2 ELSE 0 END AND until_on > started_on`,
)
@Check(
  'ck_service_adjustment_decided',
  `num_nonnulls(decided_by_id, decided_by, decided_on, decided_at) IN (0, 4)`,
)
@Check(
  'ck_service_adjustment_ended',
  `num_nonnulls(ended_by_id, ended_by, ended_on, ended_at, end_reason) = CASE WHEN status IN ('PROPOSED', 'ACTIVE') THEN 0 ELSE 5 END`,
)
@Index('uq_service_adjustment_active', { synchronize: false })
@Index('uq_service_adjustment_proposed', { synchronize: false })
@Index('ix_service_adjustment_account', { synchronize: false })
@Index('ix_service_adjustment_silent', { synchronize: false })
export class ServiceAdjustmentRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_service_adjustment',
  })
  id!: string;

  @ForeignKey('AccountRow', { name: 'fk_service_adjustment_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: string;

  @Column({ name: 'status', type: 'text' })
  status!: string;

  @Column({ name: 'grounds', type: 'text', nullable: true })
  grounds!: string | null;

  @Column({ name: 'until_on', type: 'date', nullable: true })
  untilOn!: string | null;

  @Column({ name: 'silences_grounds', type: 'boolean', default: false })
  silencesGrounds!: boolean;

  @Column({ name: 'created_by_id', type: 'text' })
  createdById!: string;

  @Column({ name: 'created_by', type: 'text' })
  createdBy!: string;

  @Column({ name: 'created_on', type: 'date' })
  createdOn!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

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

  @Column({ name: 'note', type: 'text', nullable: true })
  note!: string | null;

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
