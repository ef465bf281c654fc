import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What a write has changed about the present book; written by triggers, and added to the figures later. */
@Entity('book_delta')
export class BookDeltaRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_book_delta',
  })
  id!: string;

  @Column({ name: 'tier', type: 'text', nullable: true })
  tier!: string | null;

  @Column({ name: 'arr', type: 'numeric', precision: 15, scale: 2, nullable: true })
  arr!: string | null;

  @Column({ name: 'industry', type: 'text', nullable: true })
  industry!: string | null;

  @Column({ name: 'region', type: 'text', nullable: true })
  region!: string | null;

  @Column({ name: 'csm_id', type: 'bigint', nullable: true })
  csmId!: string | null;

  @Column({ name: 'pool_id', type: 'bigint', nullable: true })
  poolId!: string | null;

  /** How many more of such accounts there are; below 0 where there are fewer. */
  @Column({ name: 'accounts', type: 'bigint' })
  accounts!: string;

  @Column({ name: 'health', type: 'bigint' })
  health!: string;

  @Column({ name: 'known_health', type: 'bigint' })
  knownHealth!: string;

  @Column({ name: 'at_risk_accounts', type: 'bigint' })
  atRiskAccounts!: string;
}
