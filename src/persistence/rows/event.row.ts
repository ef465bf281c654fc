import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Something that has happened in the book, to be told to others. */
@Entity('event')
@Check(
  'ck_event_type',
  `type IN ('tier.moved', 'tier.downgrade_pending', 'tier.downgrade_cancelled', 'override.requested', 'override.decided', 'override.expiring', 'override.ended', 'review.due', 'review.completed', 'touch.due', 'renewal.notice', 'intervention.raised', 'portfolio.changed', 'model.published')`,
)
@Index('ix_event_position', { synchronize: false })
@Index('ix_event_account', { synchronize: false })
@Index('ix_event_occurred', { synchronize: false })
@Index('uq_event_once', { synchronize: false })
export class EventRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_event',
  })
  id!: string;

  /** The number of the transaction in which it happened. */
  @Column({ name: 'transaction', type: 'bigint' })
  transaction!: string;

  @Column({ name: 'type', type: 'text' })
  type!: string;

  @ForeignKey('AccountRow', { name: 'fk_event_account' })
  @Column({ name: 'account_id', type: 'bigint', nullable: true })
  accountId!: string | null;

  /** Of the row that the type is about, such as that of the tier history. */
  @Column({ name: 'subject_id', type: 'bigint' })
  subjectId!: string;

  @Column({ name: 'data', type: 'jsonb' })
  data!: unknown;

  /** Names what is told once only. */
  @Column({ name: 'once_key', type: 'text', nullable: true })
  onceKey!: string | null;

  @Column({ name: 'actor_id', type: 'text' })
  actorId!: string;

  @Column({ name: 'actor_name', type: 'text' })
  actorName!: string;

  @Column({ name: 'request_id', type: 'text', nullable: true })
  requestId!: string | null;

  @Column({ name: 'occurred_at', type: 'timestamptz' })
  occurredAt!: Date;
}
