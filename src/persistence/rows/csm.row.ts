import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A customer success manager. */
@Entity('csm')
@Unique('uq_csm_external_id', ['externalId'])
export class CsmRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_csm',
  })
  id!: string;

  @Column({ name: 'external_id', type: 'text' })
  externalId!: string;

  @Column({ name: 'name', type: 'text' })
  name!: string;
}
