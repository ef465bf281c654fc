import { Entity, PrimaryGeneratedColumn } from 'typeorm';
import { LoadRow } from './load.row';

/**
 * What a write has changed about who looks after how much, below 0 where it has become less; written by triggers, and
 * added to the figures later.
 */
@Entity('load_delta')
export class LoadDeltaRow extends LoadRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_load_delta',
  })
  id!: string;
}
