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

  @Column({ name: 'email', type: 'text', nullable: true })
  email!: string | null;

  @Column({ name: 'regions', type: 'text', array: true, default: () => `'{}'` })
  regions!: string[];

  @Column({ name: 'languages', type: 'text', array: true, default: () => `'{}'` })
  languages!: string[];

  @Column({ name: 'industries', type: 'text', array: true, default: () => `'{}'` })
  industries!: string[];

  @Column({ name: 'version', type: 'integer', default: 1 })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
