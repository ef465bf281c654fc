import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What a write has changed about who looks after how much; written by triggers, and added to the figures later. */
@Entity('load_delta')
export class LoadDeltaRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_load_delta',
  })
  id!: string;

  @Column({ name: 'csm_id', type: 'bigint', nullable: true })
  csmId!: string | null;

  @Column({ name: 'pool_id', type: 'bigint', nullable: true })
  poolId!: string | null;

  @Column({ name: 'tier', type: 'text', nullable: true })
  tier!: string | null;

  @Column({ name: 'relationship_facts', type: 'smallint' })
  relationshipFacts!: number;

  @Column({ name: 'adjustment_kind', type: 'text', nullable: true })
  adjustmentKind!: string | null;

  /** How many more of such accounts there are; below 0 where there are fewer. */
  @Column({ name: 'accounts', type: 'bigint' })
  accounts!: string;

  @Column({ name: 'arr', type: 'numeric' })
  arr!: string;
}
