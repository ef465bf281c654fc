import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Something that was done for an account, or a business review that was left out. */
@Entity('touch')
@Check('ck_touch_kind', `kind IN ('TOUCH', 'EVENT', 'BUSINESS_REVIEW')`)
@Check(
  'ck_touch_channel',
  `channel IN ( 'CALL', 'VIDEO', 'ON_SITE', 'EMAIL', 'IN_APP', 'AUTOMATED', 'OTHER')`,
)
@Check('ck_touch_outcome', `outcome IN ('POSITIVE', 'NEUTRAL', 'CONCERNING', 'NO_ANSWER')`)
@Check('ck_touch_skipped', `NOT skipped OR kind = 'BUSINESS_REVIEW' AND note IS NOT NULL`)
@Check('ck_touch_happened', `happened_on <= recorded_on`)
@Check('ck_touch_undone', `num_nonnulls(undone_by, undone_at) IN (0, 2)`)
@Index('ix_touch_account', ['accountId', 'happenedOn', 'id'])
@Index('ix_touch_happened', ['happenedOn'])
export class TouchRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_touch',
  })
  id!: string;

  @ForeignKey('AccountRow', { name: 'fk_touch_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: string;

  @Column({ name: 'happened_on', type: 'date' })
  happenedOn!: string;

  @Column({ name: 'channel', type: 'text' })
  channel!: string;

  @Column({ name: 'outcome', type: 'text', nullable: true })
  outcome!: string | null;

  @Column({ name: 'note', type: 'text', nullable: true })
  note!: string | null;

  @Column({ name: 'skipped', type: 'boolean' })
  skipped!: boolean;

  @ForeignKey('CsmRow', { name: 'fk_touch_csm' })
  @Column({ name: 'csm_id', type: 'bigint', nullable: true })
  csmId!: string | null;

  @Column({ name: 'actor_id', type: 'text' })
  actorId!: string;

  @Column({ name: 'actor_name', type: 'text' })
  actorName!: string;

  @Column({ name: 'recorded_on', type: 'date' })
  recordedOn!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;

  @Column({ name: 'undone_by', type: 'text', nullable: true })
  undoneBy!: string | null;

  @Column({ name: 'undone_at', type: 'timestamptz', nullable: true })
  undoneAt!: Date | null;

  @Column({ name: 'undone_note', type: 'text', nullable: true })
  undoneNote!: string | null;
}
