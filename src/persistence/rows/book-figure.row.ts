import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The figures of one group of the present book, as of the deltas that were added to them. */
@Entity('book_figure')
@Check('ck_book_figure_dimensions', `dimensions BETWEEN 0 AND 63`)
@Index('uq_book_figure', { synchronize: false })
export class BookFigureRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_book_figure',
  })
  id!: string;

  /** What the group is a group by, as bits; every other dimension's column is null. */
  @Column({ name: 'dimensions', type: 'smallint' })
  dimensions!: number;

  @Column({ name: 'tier', type: 'text', nullable: true })
  tier!: string | null;

  /** Counted from 1, by the bounds of the banding. */
  @Column({ name: 'arr_band', type: 'integer', nullable: true })
  arrBand!: number | null;

  @Column({ name: 'industry', type: 'text', nullable: true })
  industry!: string | null;

  @Column({ name: 'region', type: 'text', nullable: true })
  region!: string | null;

  @Column({ name: 'csm_id', type: 'bigint', nullable: true })
  csmId!: string | null;

  @Column({ name: 'pool_id', type: 'bigint', nullable: true })
  poolId!: string | null;

  @Column({ name: 'accounts', type: 'bigint' })
  accounts!: string;

  @Column({ name: 'arr', type: 'numeric' })
  arr!: string;

  /** Accounts whose ARR is known. */
  @Column({ name: 'known_arr', type: 'bigint' })
  knownArr!: string;

  /** The sum of the health that is known. */
  @Column({ name: 'health', type: 'bigint' })
  health!: string;

  @Column({ name: 'known_health', type: 'bigint' })
  knownHealth!: string;

  @Column({ name: 'at_risk_arr', type: 'numeric' })
  atRiskArr!: string;
}
