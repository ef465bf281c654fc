import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A notice that went out before a renewal; each is recorded once. */
@Entity('renewal_notice')
@Check('ck_renewal_notice_due', `days_ahead >= 0 AND due_on = renewal_on - days_ahead`)
@Unique('uq_renewal_notice', ['accountId', 'renewalOn', 'daysAhead'])
@Index('ix_renewal_notice_due', { synchronize: false })
export class RenewalNoticeRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_renewal_notice',
  })
  id!: string;

  @ForeignKey('AccountRow', { name: 'fk_renewal_notice_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Column({ name: 'renewal_on', type: 'date' })
  renewalOn!: string;

  @Column({ name: 'days_ahead', type: 'integer' })
  daysAhead!: number;

  @Column({ name: 'due_on', type: 'date' })
  dueOn!: string;

  @Column({ name: 'tier', type: 'text' })
  tier!: string;

  @ForeignKey('TieringModelRow', { name: 'fk_renewal_notice_model' })
  @Column({ name: 'model_version', type: 'integer' })
  modelVersion!: number;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
