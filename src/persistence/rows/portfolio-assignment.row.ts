import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Who looks after an account from one day to another. */
@Entity('portfolio_assignment')
@Check('ck_portfolio_assignment_dates', `to_on >= from_on`)
@Check('ck_portfolio_assignment_owner', `num_nonnulls(csm_id, pool_id) = 1`)
@Index('ix_portfolio_assignment_account', ['accountId', 'fromOn'])
@Index('ix_portfolio_assignment_pool', { synchronize: false })
@Index('uq_portfolio_assignment_current', { synchronize: false })
@Index('ix_portfolio_assignment_csm', { synchronize: false })
export class PortfolioAssignmentRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_portfolio_assignment',
  })
  id!: string;

  @ForeignKey('AccountRow', { name: 'fk_portfolio_assignment_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @ForeignKey('CsmRow', { name: 'fk_portfolio_assignment_csm' })
  @Column({ name: 'csm_id', type: 'bigint', nullable: true })
  csmId!: string | null;

  @ForeignKey('PoolRow', { name: 'fk_portfolio_assignment_pool' })
  @Column({ name: 'pool_id', type: 'bigint', nullable: true })
  poolId!: string | null;

  @Column({ name: 'executive_sponsor', type: 'text', nullable: true })
  executiveSponsor!: string | null;

  @Column({ name: 'from_on', type: 'date' })
  fromOn!: string;

  @Column({ name: 'to_on', type: 'date', nullable: true })
  toOn!: string | null;

  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: string | null;

  @Column({ name: 'actor_id', type: 'text' })
  actorId!: string;

  @Column({ name: 'actor_name', type: 'text' })
  actorName!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
