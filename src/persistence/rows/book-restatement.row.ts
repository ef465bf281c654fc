import { Check, Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What a statement says of the days from which on the book may be another one than before; written by triggers. */
@Entity('book_restatement')
@Check('ck_book_restatement_source', `source IN ('ACCOUNT', 'FACT', 'MOVEMENT', 'TIER', 'OWNER', 'ALL')`)
export class BookRestatementRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_book_restatement',
  })
  id!: string;

  @Column({ name: 'transaction', type: 'bigint' })
  transaction!: string;

  @Column({ name: 'from_day', type: 'date' })
  fromDay!: string;

  @Column({ name: 'source', type: 'text' })
  source!: string;

  /** Over a transaction 0, where what has changed and what its history says belong together. */
  @Column({ name: 'facts', type: 'numeric' })
  facts!: string;
}
