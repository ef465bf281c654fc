import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** What a fact was before and after it changed on a day. */
@Entity('fact_change')
@Check('ck_fact_change_source', `source IN ('FACTS', 'SUBSCRIPTIONS')`)
@Index('ix_fact_change_account', { synchronize: false })
@Index('ix_fact_change_effective', { synchronize: false })
export class FactChangeRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_fact_change',
  })
  id!: string;

  @ForeignKey('AccountRow', { name: 'fk_fact_change_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Column({ name: 'field', type: 'text' })
  field!: string;

  @Column({ name: 'effective_on', type: 'date' })
  effectiveOn!: string;

  @Column({ name: 'value_from', type: 'jsonb', nullable: true })
  valueFrom!: unknown;

  @Column({ name: 'value_to', type: 'jsonb', nullable: true })
  valueTo!: unknown;

  @Column({ name: 'source', type: 'text' })
  source!: string;

  @Column({ name: 'actor_id', type: 'text' })
  actorId!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
