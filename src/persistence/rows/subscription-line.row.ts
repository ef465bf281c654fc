import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A line of a subscription that ARR comes from. */
@Entity('subscription_line')
@Check('ck_subscription_line_dates', `end_on >= start_on`)
@Check('ck_subscription_line_arr', `arr >= 0`)
@Check('ck_subscription_line_seats', `seats >= 0`)
@Index('ix_subscription_line_account', { synchronize: false })
export class SubscriptionLineRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_subscription_line',
  })
  id!: string;

  @ForeignKey('AccountRow', { name: 'fk_subscription_line_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Column({ name: 'start_on', type: 'date' })
  startOn!: string;

  @Column({ name: 'end_on', type: 'date', nullable: true })
  endOn!: string | null;

  @Column({ name: 'arr', type: 'numeric', precision: 15, scale: 2 })
  arr!: string;

  @Column({ name: 'seats', type: 'integer', nullable: true })
  seats!: number | null;

  @Column({ name: 'product', type: 'text', nullable: true })
  product!: string | null;

  @Column({ name: 'plan', type: 'text', nullable: true })
  plan!: string | null;
}
