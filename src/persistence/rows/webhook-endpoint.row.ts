import { Check, Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Where events are sent. */
@Entity('webhook_endpoint')
@Check('ck_webhook_endpoint_concurrency', `concurrency BETWEEN 1 AND 20`)
@Check(
  'ck_webhook_endpoint_disabled',
  `enabled = (disabled_reason IS NULL) AND enabled = (disabled_at IS NULL)`,
)
@Check('ck_webhook_endpoint_reason', `disabled_reason IN ('BY_HAND', 'GONE')`)
@Check('ck_webhook_endpoint_previous', `(previous_secret IS NULL) = (previous_secret_until IS NULL)`)
export class WebhookEndpointRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_webhook_endpoint',
  })
  id!: string;

  @Column({ name: 'url', type: 'text' })
  url!: string;

  @Column({ name: 'description', type: 'text', nullable: true })
  description!: string | null;

  /** Empty for all. */
  @Column({ name: 'event_types', type: 'text', array: true })
  eventTypes!: string[];

  /** How many messages it gets at once, from all workers together. */
  @Column({ name: 'concurrency', type: 'integer' })
  concurrency!: number;

  @Column({ name: 'enabled', type: 'boolean' })
  enabled!: boolean;

  @Column({ name: 'disabled_reason', type: 'text', nullable: true })
  disabledReason!: string | null;

  @Column({ name: 'disabled_at', type: 'timestamptz', nullable: true })
  disabledAt!: Date | null;

  @Column({ name: 'secret', type: 'text' })
  secret!: string;

  /** Signs beside the new one until then. */
  @Column({ name: 'previous_secret', type: 'text', nullable: true })
  previousSecret!: string | null;

  @Column({ name: 'previous_secret_until', type: 'timestamptz', nullable: true })
  previousSecretUntil!: Date | null;

  /** When somebody last had it tested, by which the audit knows who did. */
  @Column({ name: 'tested_at', type: 'timestamptz', nullable: true })
  testedAt!: Date | null;

  /** When somebody last had deliveries replayed there, by which the audit knows who did. */
  @Column({ name: 'replayed_at', type: 'timestamptz', nullable: true })
  replayedAt!: Date | null;

  @Column({ name: 'version', type: 'integer' })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
