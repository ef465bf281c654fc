import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A completed tier review. */
@Entity('tier_review')
@Check(
  'ck_tier_review_decision',
  `decision IN ( 'KEEP', 'MOVE_UP', 'LET_FALL', 'EXTEND_GRACE', 'DESIGNATE', 'END_OVERRIDE')`,
)
@Check(
  'ck_tier_review_recommendation',
  `recommendation IN ( 'KEEP', 'MOVE_UP', 'LET_FALL', 'EXTEND_GRACE', 'DESIGNATE', 'END_OVERRIDE')`,
)
@Check('ck_tier_review_note', `length(note) BETWEEN 1 AND 1000`)
@Check('ck_tier_review_next', `next_due_on > completed_on`)
@Index('ix_tier_review_account', { synchronize: false })
export class TierReviewRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_tier_review',
  })
  id!: string;

  @ForeignKey('AccountRow', { name: 'fk_tier_review_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Column({ name: 'due_on', type: 'date' })
  dueOn!: string;

  @Column({ name: 'completed_on', type: 'date' })
  completedOn!: string;

  @Column({ name: 'completed_at', type: 'timestamptz' })
  completedAt!: Date;

  @Column({ name: 'actor_id', type: 'text' })
  actorId!: string;

  @Column({ name: 'actor_name', type: 'text' })
  actorName!: string;

  @Column({ name: 'automatic', type: 'boolean' })
  automatic!: boolean;

  @Column({ name: 'triggers', type: 'jsonb' })
  triggers!: unknown;

  @Column({ name: 'changes', type: 'jsonb' })
  changes!: unknown;

  @Column({ name: 'recommendation', type: 'text' })
  recommendation!: string;

  @Column({ name: 'recommendation_reason', type: 'text' })
  recommendationReason!: string;

  @Column({ name: 'decision', type: 'text' })
  decision!: string;

  @Column({ name: 'note', type: 'text' })
  note!: string;

  @ForeignKey('TieringModelRow', { name: 'fk_tier_review_model' })
  @Column({ name: 'model_version', type: 'integer' })
  modelVersion!: number;

  @Column({ name: 'held_from', type: 'text' })
  heldFrom!: string;

  @Column({ name: 'held_to', type: 'text' })
  heldTo!: string;

  @Column({ name: 'effective_from', type: 'text' })
  effectiveFrom!: string;

  @Column({ name: 'effective_to', type: 'text' })
  effectiveTo!: string;

  @Column({ name: 'next_due_on', type: 'date' })
  nextDueOn!: string;
}
