import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The accounts of the present book with one owner that weigh alike, as of the deltas that were added to them. */
@Entity('load_figure')
@Index('uq_load_figure', { synchronize: false })
export class LoadFigureRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_load_figure',
  })
  id!: string;

  /** Null, as is the pool, for accounts that nobody looks after. */
  @Column({ name: 'csm_id', type: 'bigint', nullable: true })
  csmId!: string | null;

  @Column({ name: 'pool_id', type: 'bigint', nullable: true })
  poolId!: string | null;

  @Column({ name: 'tier', type: 'text', nullable: true })
  tier!: string | null;

  /** How many facts of relationship complexity hold for each. */
  @Column({ name: 'relationship_facts', type: 'smallint' })
  relationshipFacts!: number;

  /** The kind of the active service adjustment. */
  @Column({ name: 'adjustment_kind', type: 'text', nullable: true })
  adjustmentKind!: string | null;

  @Column({ name: 'accounts', type: 'bigint' })
  accounts!: string;

  @Column({ name: 'arr', type: 'numeric' })
  arr!: string;
}
