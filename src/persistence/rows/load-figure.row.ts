import { Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { LoadRow } from './load.row';

/** The loads of the present book, as of the deltas that were added to them. */
@Entity('load_figure')
@Index('uq_load_figure', { synchronize: false })
export class LoadFigureRow extends LoadRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_load_figure',
  })
  id!: string;
}
