import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** The book of a past day, grouped as somebody has asked. */
@Entity('past_book')
@Unique('uq_past_book', ['day', 'dimensions'])
export class PastBookRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_past_book',
  })
  id!: string;

  @Column({ name: 'day', type: 'date' })
  day!: string;

  @Column({ name: 'dimensions', type: 'text', array: true })
  dimensions!: string[];

  /** Of the bands of the ARR, where these are among the dimensions. */
  @Column({ name: 'arr_bounds', type: 'numeric', array: true })
  arrBounds!: string[];

  /** The transactions that it has seen, as a `pg_snapshot`. */
  @Column({ name: 'seen', type: 'text' })
  seen!: string;
}
