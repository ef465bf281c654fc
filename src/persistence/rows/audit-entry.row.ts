import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** What was written to one row of another table, by whom and when. Rows are never changed. */
@Entity('audit_entry')
@Check('ck_audit_entry_action', `action IN ('CREATED', 'CHANGED', 'DELETED')`)
@Check(
  'ck_audit_entry_states',
  `(before IS NULL) = (action = 'CREATED') AND (after IS NULL) = (action = 'DELETED')`,
)
@Index('ix_audit_entry_subject', { synchronize: false })
@Index('ix_audit_entry_account', { synchronize: false })
@Index('ix_audit_entry_actor', { synchronize: false })
@Index('ix_audit_entry_request', { synchronize: false })
@Index('ix_audit_entry_occurred', { synchronize: false })
export class AuditEntryRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_audit_entry',
  })
  id!: string;

  @Column({ name: 'occurred_at', type: 'timestamptz' })
  occurredAt!: Date;

  @Column({ name: 'actor_id', type: 'text' })
  actorId!: string;

  @Column({ name: 'actor_name', type: 'text' })
  actorName!: string;

  @Column({ name: 'request_id', type: 'text', nullable: true })
  requestId!: string | null;

  @Column({ name: 'action', type: 'text' })
  action!: string;

  /** What the row of the other table is, such as OVERRIDE. */
  @Column({ name: 'subject', type: 'text' })
  subject!: string;

  @Column({ name: 'subject_id', type: 'bigint' })
  subjectId!: string;

  @Column({ name: 'account_id', type: 'bigint', nullable: true })
  accountId!: string | null;

  /** By column: all of a row that was deleted, what has changed of one that was changed. */
  @Column({ name: 'before', type: 'jsonb', nullable: true })
  before!: unknown;

  @Column({ name: 'after', type: 'jsonb', nullable: true })
  after!: unknown;
}
