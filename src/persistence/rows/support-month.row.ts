import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What support and the product tell of an account in a month, of which this is the first day. */
@Entity('support_month')
@Check('ck_support_month_month', `extract(day FROM month) = 1`)
@Check('ck_support_month_tickets', `tickets >= 0`)
@Check(
  'ck_support_month_answered',
  `answered_in_time IS NULL OR tickets IS NOT NULL AND answered_in_time BETWEEN 0 AND tickets`,
)
@Check('ck_support_month_adoption', `adoption_percent BETWEEN 0 AND 100`)
@Index('ix_support_month_month', ['month'])
export class SupportMonthRow {
  @ForeignKey('AccountRow', { name: 'fk_support_month_account' })
  @PrimaryColumn({ name: 'account_id', type: 'bigint', primaryKeyConstraintName: 'pk_support_month' })
  accountId!: string;

  @PrimaryColumn({ name: 'month', type: 'date', primaryKeyConstraintName: 'pk_support_month' })
  month!: string;

  @Column({ name: 'tickets', type: 'integer', nullable: true })
  tickets!: number | null;

  @Column({ name: 'answered_in_time', type: 'integer', nullable: true })
  answeredInTime!: number | null;

  @Column({ name: 'adoption_percent', type: 'numeric', precision: 5, scale: 2, nullable: true })
  adoptionPercent!: string | null;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
