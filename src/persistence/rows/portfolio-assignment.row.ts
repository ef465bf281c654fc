import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Who looks after an account from one day to another. */
@Entity('portfolio_assignment')
@Check('ck_portfolio_assignment_dates', `to_on >= from_on`)
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

  @Column({ name: 'from_on', type: 'date' })
  fromOn!: string;

  @Column({ name: 'to_on', type: 'date', nullable: true })
  toOn!: string | null;
}
