import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The figures of one group of a past book, as the breakdown has them before it adds them up. */
@Entity('past_book_figure')
@Index('ix_past_book_figure_book', ['pastBookId'])
export class PastBookFigureRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_past_book_figure',
  })
  id!: string;

  @ForeignKey('PastBookRow', { name: 'fk_past_book_figure_book', onDelete: 'CASCADE' })
  @Column({ name: 'past_book_id', type: 'bigint' })
  pastBookId!: string;

  @Column({ name: 'k0', type: 'text', nullable: true })
  k0!: string | null;

  @Column({ name: 'k1', type: 'text', nullable: true })
  k1!: string | null;

  @Column({ name: 'accounts', type: 'bigint' })
  accounts!: string;

  @Column({ name: 'arr', type: 'numeric' })
  arr!: string;

  @Column({ name: 'known_arr', type: 'bigint' })
  knownArr!: string;

  @Column({ name: 'health', type: 'bigint' })
  health!: string;

  @Column({ name: 'known_health', type: 'bigint' })
  knownHealth!: string;

  @Column({ name: 'at_risk_arr', type: 'numeric' })
  atRiskArr!: string;
}
