import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A call for a person to look after an account in a low-touch tier. */
@Entity('intervention')
@Check(
  'ck_intervention_reason',
  `reason IN ('HEALTH_LOW', 'HEALTH_FELL', 'STARTED_PAYING', 'USAGE_HIGH', 'RELATIONSHIP_COMPLEXITY')`,
)
@Check('ck_intervention_status', `status IN ('OPEN', 'COMPLETED', 'ENDED')`)
@Check(
  'ck_intervention_closed',
  `num_nonnulls(closed_by_id, closed_by, closed_on, closed_at) = CASE status WHEN 'OPEN' THEN 0 ELSE 4 END`,
)
@Check('ck_intervention_note', `(status = 'COMPLETED') = (note IS NOT NULL)`)
@Index('uq_intervention_open', { synchronize: false })
@Index('ix_intervention_account', { synchronize: false })
@Index('ix_intervention_open', { synchronize: false })
export class InterventionRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_intervention',
  })
  id!: string;

  @ForeignKey('AccountRow', { name: 'fk_intervention_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Column({ name: 'reason', type: 'text' })
  reason!: string;

  @Column({ name: 'status', type: 'text' })
  status!: string;

  @Column({ name: 'tier', type: 'text' })
  tier!: string;

  @ForeignKey('TieringModelRow', { name: 'fk_intervention_model' })
  @Column({ name: 'model_version', type: 'integer' })
  modelVersion!: number;

  @Column({ name: 'evidence', type: 'jsonb' })
  evidence!: unknown;

  @Column({ name: 'raised_by_id', type: 'text' })
  raisedById!: string;

  @Column({ name: 'raised_by', type: 'text' })
  raisedBy!: string;

  @Column({ name: 'raised_on', type: 'date' })
  raisedOn!: string;

  @Column({ name: 'raised_at', type: 'timestamptz' })
  raisedAt!: Date;

  @Column({ name: 'closed_by_id', type: 'text', nullable: true })
  closedById!: string | null;

  @Column({ name: 'closed_by', type: 'text', nullable: true })
  closedBy!: string | null;

  @Column({ name: 'closed_on', type: 'date', nullable: true })
  closedOn!: string | null;

  @Column({ name: 'closed_at', type: 'timestamptz', nullable: true })
  closedAt!: Date | null;

  @Column({ name: 'note', type: 'text', nullable: true })
  note!: string | null;

  @Column({ name: 'version', type: 'integer', default: 1 })
  version!: number;
}
