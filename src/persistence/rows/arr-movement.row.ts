import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A change of an account's ARR on a day. */
@Entity('arr_movement')
@Check('ck_arr_movement_kind', `kind IN ('NEW', 'EXPANSION', 'CONTRACTION', 'CHURN', 'REACTIVATION')`)
@Check('ck_arr_movement_amounts', `arr_from >= 0 AND arr_to >= 0`)
@Check('ck_arr_movement_source', `source IN ('FACTS', 'SUBSCRIPTIONS')`)
@Check('ck_arr_movement_effective', `effective_on <= recorded_on`)
@Index('ix_arr_movement_account', { synchronize: false })
@Index('ix_arr_movement_effective', { synchronize: false })
export class ArrMovementRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_arr_movement',
  })
  id!: string;

  @ForeignKey('AccountRow', { name: 'fk_arr_movement_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: string;

  @Column({ name: 'arr_from', type: 'numeric', precision: 15, scale: 2, nullable: true })
  arrFrom!: string | null;

  @Column({ name: 'arr_to', type: 'numeric', precision: 15, scale: 2 })
  arrTo!: string;

  @Column({ name: 'effective_on', type: 'date' })
  effectiveOn!: string;

  @Column({ name: 'recorded_on', type: 'date' })
  recordedOn!: string;

  @Column({ name: 'source', type: 'text' })
  source!: string;

  @Column({ name: 'actor_id', type: 'text' })
  actorId!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
