import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A lower computed tier waiting out its grace period. */
@Entity('pending_downgrade')
@Check(
  'ck_pending_downgrade_reason',
  `reason IN ( 'FACTS', 'NOT_PAYING', 'MODEL_PUBLISHED', 'TIME', 'OVERRIDE_ENDED')`,
)
@Check('ck_pending_downgrade_dates', `grace_until > detected_on`)
@Index('ix_pending_downgrade_due', { synchronize: false })
export class PendingDowngradeRow {
  @ForeignKey('AccountRow', { name: 'fk_pending_downgrade_account' })
  @PrimaryColumn({ name: 'account_id', type: 'bigint', primaryKeyConstraintName: 'pk_pending_downgrade' })
  accountId!: string;

  @Column({ name: 'held_tier', type: 'text' })
  heldTier!: string;

  @Column({ name: 'target_tier', type: 'text' })
  targetTier!: string;

  @Column({ name: 'detected_on', type: 'date' })
  detectedOn!: string;

  @Column({ name: 'grace_until', type: 'date' })
  graceUntil!: string;

  @Column({ name: 'reason', type: 'text' })
  reason!: string;

  @Column({ name: 'extended', type: 'boolean', default: false })
  extended!: boolean;
}
