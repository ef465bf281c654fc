import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** One event on its way to one endpoint. */
@Entity('webhook_delivery')
@Unique('uq_webhook_delivery', ['eventId', 'endpointId'])
@Check('ck_webhook_delivery_status', `status IN ('PENDING', 'DELIVERED', 'DEAD')`)
@Check(
  'ck_webhook_delivery_settled',
  `(status = 'PENDING') = (settled_at IS NULL) AND (status = 'PENDING') = (next_attempt_at IS NOT NULL) AND (status = 'PENDING' OR leased_until IS NULL)`,
)
@Index('ix_webhook_delivery_due', { synchronize: false })
@Index('ix_webhook_delivery_lane', { synchronize: false })
@Index('ix_webhook_delivery_leased', { synchronize: false })
@Index('ix_webhook_delivery_dead', { synchronize: false })
@Index('ix_webhook_delivery_endpoint', { synchronize: false })
@Index('ix_webhook_delivery_account', { synchronize: false })
export class WebhookDeliveryRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_webhook_delivery',
  })
  id!: string;

  @ForeignKey('WebhookEndpointRow', { name: 'fk_webhook_delivery_endpoint', onDelete: 'CASCADE' })
  @Column({ name: 'endpoint_id', type: 'bigint' })
  endpointId!: string;

  /** Null for a test. */
  @ForeignKey('EventRow', { name: 'fk_webhook_delivery_event', onDelete: 'CASCADE' })
  @Column({ name: 'event_id', type: 'bigint', nullable: true })
  eventId!: string | null;

  /** What is sent one after another: the account, 0 for events without one, -1 for tests. */
  @Column({ name: 'lane', type: 'bigint' })
  lane!: string;

  @Column({ name: 'status', type: 'text', default: 'PENDING' })
  status!: string;

  /** Counted when it is taken, so that it also says whose attempt is told to be over. */
  @Column({ name: 'attempts', type: 'integer', default: 0 })
  attempts!: number;

  /** Not to be looked at before then; null once it is settled. */
  @Column({ name: 'next_attempt_at', type: 'timestamptz', nullable: true })
  nextAttemptAt!: Date | null;

  /** While it is being sent: when whoever took it is given up. */
  @Column({ name: 'leased_until', type: 'timestamptz', nullable: true })
  leasedUntil!: Date | null;

  @Column({ name: 'attempted_at', type: 'timestamptz', nullable: true })
  attemptedAt!: Date | null;

  @Column({ name: 'last_status_code', type: 'integer', nullable: true })
  lastStatusCode!: number | null;

  @Column({ name: 'last_error', type: 'text', nullable: true })
  lastError!: string | null;

  @Column({ name: 'last_duration_ms', type: 'integer', nullable: true })
  lastDurationMs!: number | null;

  @Column({ name: 'settled_at', type: 'timestamptz', nullable: true })
  settledAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
