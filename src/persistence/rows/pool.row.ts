import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** Several CSMs who share accounts. */
@Entity('pool')
@Unique('uq_pool_external_id', ['externalId'])
export class PoolRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_pool',
  })
  id!: string;

  @Column({ name: 'external_id', type: 'text' })
  externalId!: string;

  @Column({ name: 'name', type: 'text' })
  name!: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
