import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** What the next touch and business review of an account follow from. */
@Entity('account_engagement')
export class AccountEngagementRow {
  @ForeignKey('AccountRow', { name: 'fk_account_engagement_account' })
  @PrimaryColumn({
    name: 'account_id',
    type: 'bigint',
    primaryKeyConstraintName: 'pk_account_engagement',
  })
  accountId!: string;

  @Column({ name: 'served_since', type: 'date', nullable: true })
  servedSince!: string | null;

  @Column({ name: 'tier_since', type: 'date', nullable: true })
  tierSince!: string | null;

  @Column({ name: 'last_touch_on', type: 'date', nullable: true })
  lastTouchOn!: string | null;

  @Column({ name: 'last_event_on', type: 'date', nullable: true })
  lastEventOn!: string | null;

  @Column({ name: 'last_business_review_on', type: 'date', nullable: true })
  lastBusinessReviewOn!: string | null;
}
