import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A CSM shares the accounts of a pool from one day to another. */
@Entity('pool_membership')
@Check('ck_pool_membership_dates', `to_on > from_on`)
@Index('ix_pool_membership_pool', ['poolId'])
export class PoolMembershipRow {
  @ForeignKey('CsmRow', { name: 'fk_pool_membership_csm' })
  @PrimaryColumn({ name: 'csm_id', type: 'bigint', primaryKeyConstraintName: 'pk_pool_membership' })
  csmId!: string;

  @ForeignKey('PoolRow', { name: 'fk_pool_membership_pool' })
  @PrimaryColumn({ name: 'pool_id', type: 'bigint', primaryKeyConstraintName: 'pk_pool_membership' })
  poolId!: string;

  @PrimaryColumn({ name: 'from_on', type: 'date', primaryKeyConstraintName: 'pk_pool_membership' })
  fromOn!: string;

  @Column({ name: 'to_on', type: 'date', nullable: true })
  toOn!: string | null;
}
