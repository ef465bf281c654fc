import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The ARR bands by which the figures of the book are kept; without its single row they are not kept. */
@Entity('book_banding')
@Check('ck_book_banding_single', `id = 1`)
export class BookBandingRow {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_book_banding' })
  id!: number;

  /** The inclusive lower bounds, from 0 up. */
  @Column({ name: 'arr_bounds', type: 'numeric', array: true })
  arrBounds!: string[];
}
