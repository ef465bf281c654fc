import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** An account: what is known of it, and where it stands. */
@Entity('account')
@Check('ck_account_not_its_own_parent', `parent_id <> id`)
@Check('ck_account_status', `status IN ('ACTIVE', 'TRIAL', 'FREE', 'CHURNED')`)
@Check('ck_account_arr', `arr >= 0`)
@Check('ck_account_expansion_arr', `expansion_arr >= 0`)
@Check('ck_account_annual_revenue', `annual_revenue >= 0`)
@Check(
  'ck_account_counts',
  `employees >= 0 AND seats_purchased >= 0 AND seats_available >= 0 AND seats_used >= 0 AND product_lines_owned >= 0 AND product_lines_available >= 0 AND usage_percent >= 0`,
)
@Check('ck_account_health_score', `health_score BETWEEN 0 AND 100`)
@Check('ck_account_term_months', `term_months >= 1`)
@Check(
  'ck_account_levels',
  `churn_risk IN ('LOW', 'MEDIUM', 'HIGH') AND expansion_assessment IN ('LOW', 'MEDIUM', 'HIGH') AND expansion_potential IN ('LOW', 'MEDIUM', 'HIGH')`,
)
@Check('ck_account_effective_tier', `effective_tier IS NOT DISTINCT FROM coalesce(override_tier, held_tier)`)
@Check('ck_account_churned_holds_no_tier', `status <> 'CHURNED' OR held_tier IS NULL`)
@Check(
  'ck_account_designation',
  `strategic_designation IS TRUE AND num_nonnulls(designation_reason, designation_author, designated_on, designation_review_on) = 4 OR strategic_designation IS NOT TRUE AND num_nonnulls(designation_reason, designation_author, designated_on, designation_review_on) = 0`,
)
@Check('ck_account_review_triggers', `jsonb_typeof(review_triggers) = 'array'`)
@Check('ck_account_review_escalated', `review_escalated_on >= review_due_on`)
@Index('ix_account_parent', { synchronize: false })
@Index('ix_account_tier', { synchronize: false })
@Index('ix_account_arr', { synchronize: false })
@Index('ix_account_name', { synchronize: false })
@Index('ix_account_review_due', { synchronize: false })
@Index('ix_account_review_queue', { synchronize: false })
@Index('ix_account_csm', { synchronize: false })
@Index('ix_account_pool', { synchronize: false })
@Index('ix_account_lines_applied', { synchronize: false })
@Unique('uq_account_external_id', ['externalId'])
export class AccountRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_account',
  })
  id!: string;

  @Column({ name: 'external_id', type: 'text' })
  externalId!: string;

  @Column({ name: 'name', type: 'text', nullable: true })
  name!: string | null;

  @ForeignKey('AccountRow', { name: 'fk_account_parent' })
  @Column({ name: 'parent_id', type: 'bigint', nullable: true })
  parentId!: string | null;

  @Column({ name: 'industry', type: 'text', nullable: true })
  industry!: string | null;

  @Column({ name: 'employees', type: 'integer', nullable: true })
  employees!: number | null;

  @Column({ name: 'annual_revenue', type: 'numeric', precision: 15, scale: 2, nullable: true })
  annualRevenue!: string | null;

  @Column({ name: 'country', type: 'text', nullable: true })
  country!: string | null;

  @Column({ name: 'region', type: 'text', nullable: true })
  region!: string | null;

  @Column({ name: 'language', type: 'text', nullable: true })
  language!: string | null;

  @Column({ name: 'time_zone', type: 'text', nullable: true })
  timeZone!: string | null;

  @Column({ name: 'plan', type: 'text', nullable: true })
  plan!: string | null;

  @Column({ name: 'customer_since', type: 'date', nullable: true })
  customerSince!: string | null;

  @Column({ name: 'renewal_date', type: 'date', nullable: true })
  renewalDate!: string | null;

  @Column({ name: 'term_months', type: 'integer', nullable: true })
  termMonths!: number | null;

  @Column({ name: 'status', type: 'text', nullable: true })
  status!: string | null;

  @Column({ name: 'arr', type: 'numeric', precision: 15, scale: 2, nullable: true })
  arr!: string | null;

  @Column({ name: 'expansion_assessment', type: 'text', nullable: true })
  expansionAssessment!: string | null;

  @Column({ name: 'expansion_assessed_on', type: 'date', nullable: true })
  expansionAssessedOn!: string | null;

  @Column({ name: 'expansion_arr', type: 'numeric', precision: 15, scale: 2, nullable: true })
  expansionArr!: string | null;

  @Column({ name: 'seats_purchased', type: 'integer', nullable: true })
  seatsPurchased!: number | null;

  @Column({ name: 'seats_available', type: 'integer', nullable: true })
  seatsAvailable!: number | null;

  @Column({ name: 'seats_used', type: 'integer', nullable: true })
  seatsUsed!: number | null;

  @Column({ name: 'product_lines_owned', type: 'integer', nullable: true })
  productLinesOwned!: number | null;

  @Column({ name: 'product_lines_available', type: 'integer', nullable: true })
  productLinesAvailable!: number | null;

  @Column({ name: 'logo_value', type: 'boolean', nullable: true })
  logoValue!: boolean | null;

  @Column({ name: 'reference_potential', type: 'boolean', nullable: true })
  referencePotential!: boolean | null;

  @Column({ name: 'market_influence', type: 'boolean', nullable: true })
  marketInfluence!: boolean | null;

  @Column({ name: 'partnership_opportunity', type: 'boolean', nullable: true })
  partnershipOpportunity!: boolean | null;

  @Column({ name: 'advanced_features', type: 'boolean', nullable: true })
  advancedFeatures!: boolean | null;

  @Column({ name: 'several_integrations', type: 'boolean', nullable: true })
  severalIntegrations!: boolean | null;

  @Column({ name: 'custom_configuration', type: 'boolean', nullable: true })
  customConfiguration!: boolean | null;

  @Column({ name: 'complex_implementation', type: 'boolean', nullable: true })
  complexImplementation!: boolean | null;

  @Column({ name: 'many_stakeholders', type: 'boolean', nullable: true })
  manyStakeholders!: boolean | null;

  @Column({ name: 'mission_critical', type: 'boolean', nullable: true })
  missionCritical!: boolean | null;

  @Column({ name: 'strategic_designation', type: 'boolean', nullable: true })
  strategicDesignation!: boolean | null;

  @Column({ name: 'churn_risk', type: 'text', nullable: true })
  churnRisk!: string | null;

  @Column({ name: 'health_score', type: 'integer', nullable: true })
  healthScore!: number | null;

  @Column({ name: 'usage_percent', type: 'integer', nullable: true })
  usagePercent!: number | null;

  @Column({ name: 'designation_reason', type: 'text', nullable: true })
  designationReason!: string | null;

  @Column({ name: 'designation_author', type: 'text', nullable: true })
  designationAuthor!: string | null;

  @Column({ name: 'designated_on', type: 'date', nullable: true })
  designatedOn!: string | null;

  @Column({ name: 'designation_review_on', type: 'date', nullable: true })
  designationReviewOn!: string | null;

  @Column({ name: 'had_arr', type: 'boolean', default: false })
  hadArr!: boolean;

  @Column({ name: 'lines_applied_on', type: 'date', nullable: true })
  linesAppliedOn!: string | null;

  @Column({ name: 'placed', type: 'boolean', default: false })
  placed!: boolean;

  @Column({ name: 'computed_tier', type: 'text', nullable: true })
  computedTier!: string | null;

  @Column({ name: 'held_tier', type: 'text', nullable: true })
  heldTier!: string | null;

  @Column({ name: 'override_tier', type: 'text', nullable: true })
  overrideTier!: string | null;

  @Column({ name: 'effective_tier', type: 'text', nullable: true })
  effectiveTier!: string | null;

  @ForeignKey('ScorecardRow', { name: 'fk_account_scorecard', deferrable: 'INITIALLY DEFERRED' })
  @Column({ name: 'scorecard_id', type: 'bigint', nullable: true })
  scorecardId!: string | null;

  @ForeignKey('TieringModelRow', { name: 'fk_account_model' })
  @Column({ name: 'model_version', type: 'integer', nullable: true })
  modelVersion!: number | null;

  @Column({ name: 'total', type: 'numeric', precision: 5, scale: 2, nullable: true })
  total!: string | null;

  @Column({ name: 'completeness', type: 'numeric', precision: 5, scale: 2, nullable: true })
  completeness!: string | null;

  @Column({ name: 'provisional', type: 'boolean', default: false })
  provisional!: boolean;

  @Column({ name: 'expansion_potential', type: 'text', nullable: true })
  expansionPotential!: string | null;

  @Column({ name: 'scorecard_digest', type: 'bigint', nullable: true })
  scorecardDigest!: string | null;

  @Column({ name: 'review_due_on', type: 'date', nullable: true })
  reviewDueOn!: string | null;

  @Column({ name: 'review_baseline', type: 'jsonb', nullable: true })
  reviewBaseline!: unknown;

  @Column({ name: 'review_triggers', type: 'jsonb', default: [] })
  reviewTriggers!: unknown;

  @Column({ name: 'review_escalated_on', type: 'date', nullable: true })
  reviewEscalatedOn!: string | null;

  /** The days on which the day alone changes nothing about it. */
  @Column({ name: 'quiet_from', type: 'date', nullable: true })
  quietFrom!: string | null;

  /** The first day after them; infinity where time alone never does. */
  @Column({ name: 'quiet_until', type: 'date', nullable: true })
  quietUntil!: string | null;

  /** The edition of the rules that they were found by. */
  @Column({ name: 'quiet_rules', type: 'smallint', nullable: true })
  quietRules!: number | null;

  /** The version of the account that they were found for. */
  @Column({ name: 'quiet_version', type: 'integer', nullable: true })
  quietVersion!: number | null;

  @Column({ name: 'version', type: 'integer', default: 1 })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;

  /** Who looks after it now; kept by a trigger of portfolio_assignment. */
  @Column({ name: 'csm_id', type: 'bigint', nullable: true })
  csmId!: string | null;

  @Column({ name: 'pool_id', type: 'bigint', nullable: true })
  poolId!: string | null;

  /** Of the active service adjustment; kept by a trigger of service_adjustment. */
  @Column({ name: 'adjustment_kind', type: 'text', nullable: true })
  adjustmentKind!: string | null;
}
