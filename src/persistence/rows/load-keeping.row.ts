import { Check, Entity, PrimaryColumn } from 'typeorm';

/** Says that the loads of the book are kept; without its single row they are not. */
@Entity('load_keeping')
@Check('ck_load_keeping_single', `id = 1`)
export class LoadKeepingRow {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_load_keeping' })
  id!: number;
}
