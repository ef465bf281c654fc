import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** One account scored under one model version. */
@Entity('scorecard')
@Check('ck_scorecard_total', `total BETWEEN 0 AND 100`)
@Check('ck_scorecard_completeness', `completeness BETWEEN 0 AND 100`)
@Index('ix_scorecard_account', { synchronize: false })
export class ScorecardRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_scorecard',
  })
  id!: string;

  @ForeignKey('AccountRow', { name: 'fk_scorecard_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @ForeignKey('TieringModelRow', { name: 'fk_scorecard_model' })
  @Column({ name: 'model_version', type: 'integer' })
  modelVersion!: number;

  @Column({ name: 'scored_on', type: 'date' })
  scoredOn!: string;

  @Column({ name: 'scored_at', type: 'timestamptz' })
  scoredAt!: Date;

  @Column({ name: 'total', type: 'numeric', precision: 5, scale: 2 })
  total!: string;

  @Column({ name: 'completeness', type: 'numeric', precision: 5, scale: 2 })
  completeness!: string;

  @Column({ name: 'score_tier', type: 'text' })
  scoreTier!: string;

  @Column({ name: 'ladder_tier', type: 'text' })
  ladderTier!: string;

  @Column({ name: 'computed_tier', type: 'text', nullable: true })
  computedTier!: string | null;

  @Column({ name: 'provisional', type: 'boolean' })
  provisional!: boolean;

  @Column({ name: 'opens_review', type: 'boolean' })
  opensReview!: boolean;

  @Column({ name: 'expansion_potential', type: 'text', nullable: true })
  expansionPotential!: string | null;

  @Column({ name: 'criteria', type: 'jsonb' })
  criteria!: unknown;

  @Column({ name: 'guardrails', type: 'jsonb' })
  guardrails!: unknown;

  @Column({ name: 'facts', type: 'jsonb' })
  facts!: unknown;
}
