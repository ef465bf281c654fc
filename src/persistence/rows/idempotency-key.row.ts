import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A key that an actor has used, with the answer that a repeat gets. */
@Entity('idempotency_key')
@Index('ix_idempotency_key_created', { synchronize: false })
export class IdempotencyKeyRow {
  @PrimaryColumn({ name: 'actor_id', type: 'text', primaryKeyConstraintName: 'pk_idempotency_key' })
  actorId!: string;

  @PrimaryColumn({ name: 'key', type: 'text', primaryKeyConstraintName: 'pk_idempotency_key' })
  key!: string;

  @Column({ name: 'request_hash', type: 'bytea' })
  requestHash!: Buffer;

  @Column({ name: 'answer', type: 'json', nullable: true })
  answer!: unknown;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
