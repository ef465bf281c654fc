import { QueryFailedError } from 'typeorm';
import { DomainError, type ErrorCode } from '../domain/errors';

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

/** What each constraint of the database means to a caller; the test of this table reads the names from the database. */
export const CONSTRAINT_ERRORS: Readonly<
  Record<string, { code: ErrorCode; field: string; message: string }>
> = {
  uq_account_external_id: duplicate('externalId', 'another account has this externalId'),
  uq_api_token_hash: conflict('token', 'this token exists already'),
  uq_tiering_model_published: conflict('version', 'another tiering model is published already'),
  uq_csm_external_id: conflict('externalId', 'another CSM has this externalId'),
  uq_pool_external_id: conflict('externalId', 'another pool has this externalId'),
  uq_override_active: {
    code: 'OVERRIDE_ACTIVE',
    field: 'supersede',
    message: 'the account has an active override already',
  },
  uq_override_requested: conflict('account', 'a request for an override is open for this account already'),
  uq_service_adjustment_active: conflict('account', 'the account has an active service adjustment already'),
  uq_service_adjustment_proposed: conflict('account', 'a service adjustment is proposed for it already'),
  uq_digital_program_current: conflict('program', 'somebody has told of this program at the same time'),
  uq_intervention_open: conflict('account', 'an intervention for this reason is open already'),
  uq_renewal_notice: conflict('account', 'this notice is recorded already'),
  uq_portfolio_assignment_current: conflict(
    'account',
    'the account is looked after by somebody else already',
  ),
  uq_event_once: conflict('event', 'this was told already'),
  uq_webhook_delivery: conflict('event', 'is on its way to this endpoint already'),
  uq_segment_goal: conflict('goals', 'the segment has this goal already'),
  uq_segment_name: conflict('name', 'another segment has this name, whatever its case; take another one'),
  uq_past_book: conflict('day', 'its figures are kept already'),
  uq_book_figure: conflict('book', 'the figures of this group are kept already'),
  uq_load_figure: conflict('book', 'the load of this group is kept already'),
  pk_account_engagement: conflict('account', 'what the account is owed next is known already'),
  pk_account: conflict('id', 'this account exists already'),
  pk_api_token: conflict('id', 'this token exists already'),
  pk_arr_movement: conflict('id', 'this movement exists already'),
  pk_audit_entry: conflict('id', 'this entry of the audit exists already'),
  pk_book_banding: conflict('book', 'its figures are kept already'),
  pk_book_delta: conflict('book', 'this change of its figures is noted already'),
  pk_book_figure: conflict('book', 'this figure of it is kept already'),
  pk_book_restatement: conflict('book', 'this change of its past is noted already'),
  pk_load_delta: conflict('book', 'this change of its loads is noted already'),
  pk_load_figure: conflict('book', 'this load is kept already'),
  pk_load_keeping: conflict('book', 'its loads are kept already'),
  pk_past_book: conflict('day', 'its figures are kept already'),
  pk_past_book_figure: conflict('day', 'this figure of it is kept already'),
  pk_csm: conflict('id', 'this CSM exists already'),
  pk_csm_employment: conflict('employment', 'two terms of employment begin on the same day'),
  pk_csm_leave: conflict('leave', 'two leaves begin on the same day'),
  pk_daily_run: conflict('day', 'the run of this day was begun already'),
  pk_daily_step: conflict('step', 'this step of the day was begun already'),
  pk_digital_program: conflict('id', 'this state of the program exists already'),
  pk_event: conflict('id', 'this event exists already'),
  pk_fact_change: conflict('id', 'this change exists already'),
  pk_idempotency_key: conflict('idempotencyKey', 'this key was used already'),
  pk_intervention: conflict('id', 'this intervention exists already'),
  pk_pending_downgrade: conflict('account', 'the account has a pending downgrade already'),
  pk_pool: conflict('id', 'this pool exists already'),
  pk_pool_membership: conflict('pools', 'the CSM joins the same pool twice on one day'),
  pk_portfolio_assignment: conflict('id', 'this assignment exists already'),
  pk_renewal_notice: conflict('id', 'this notice exists already'),
  pk_scorecard: conflict('id', 'this scorecard exists already'),
  pk_service_adjustment: conflict('id', 'this service adjustment exists already'),
  pk_segment: conflict('id', 'this segment exists already'),
  pk_segment_change: conflict('id', 'this change exists already'),
  pk_segment_goal: conflict('id', 'this goal exists already'),
  pk_segment_member: conflict('account', 'the account is in the segment already'),
  pk_subscription_line: conflict('id', 'this line exists already'),
  pk_support_month: conflict('month', 'the account has figures of this month already'),
  pk_throttle_bucket: conflict('actor', 'the points of this actor are counted already'),
  pk_tier_history: conflict('id', 'this row of the history exists already'),
  pk_tier_override: conflict('id', 'this override exists already'),
  pk_tier_review: conflict('id', 'this review exists already'),
  pk_tiering_model: conflict('version', 'a tiering model with this version exists already'),
  pk_touch: conflict('id', 'this touch exists already'),
  pk_webhook_delivery: conflict('id', 'this delivery exists already'),
  pk_webhook_endpoint: conflict('id', 'this webhook endpoint exists already'),
  fk_account_parent: {
    code: 'PARENT_NOT_FOUND',
    field: 'parentExternalId',
    message: 'the parent account does not exist',
  },
  fk_account_engagement_account: missing('account', 'the account does not exist'),
  fk_account_model: missing('modelVersion', 'the tiering model does not exist'),
  fk_account_scorecard: missing('scorecard', 'the scorecard does not exist'),
  fk_api_token_csm: missing('csm', 'the CSM does not exist'),
  fk_arr_movement_account: missing('account', 'the account does not exist'),
  fk_csm_employment_csm: missing('csm', 'the CSM does not exist'),
  fk_csm_leave_backup: missing('backup', 'the backup does not exist'),
  fk_csm_leave_csm: missing('csm', 'the CSM does not exist'),
  fk_daily_step_run: missing('day', 'the run of this day was not begun'),
  fk_digital_program_account: missing('account', 'the account does not exist'),
  fk_event_account: missing('account', 'the account does not exist'),
  fk_fact_change_account: missing('account', 'the account does not exist'),
  fk_intervention_account: missing('account', 'the account does not exist'),
  fk_intervention_model: missing('modelVersion', 'the tiering model does not exist'),
  fk_pending_downgrade_account: missing('account', 'the account does not exist'),
  fk_pool_membership_csm: missing('csm', 'the CSM does not exist'),
  fk_pool_membership_pool: missing('pool', 'the pool does not exist'),
  fk_past_book_figure_book: missing('day', 'its figures are not kept'),
  fk_portfolio_assignment_account: missing('account', 'the account does not exist'),
  fk_portfolio_assignment_csm: missing('csm', 'the CSM does not exist'),
  fk_portfolio_assignment_pool: missing('pool', 'the pool does not exist'),
  fk_renewal_notice_account: missing('account', 'the account does not exist'),
  fk_renewal_notice_model: missing('modelVersion', 'the tiering model does not exist'),
  fk_scorecard_account: missing('account', 'the account does not exist'),
  fk_scorecard_model: missing('modelVersion', 'the tiering model does not exist'),
  fk_service_adjustment_account: missing('account', 'the account does not exist'),
  fk_segment_change_account: missing('account', 'the account does not exist'),
  fk_segment_change_segment: missing('segment', 'the segment does not exist'),
  fk_segment_goal_segment: missing('segment', 'the segment does not exist'),
  fk_segment_member_account: missing('account', 'the account does not exist'),
  fk_segment_member_segment: missing('segment', 'the segment does not exist'),
  fk_subscription_line_account: missing('account', 'the account does not exist'),
  fk_support_month_account: missing('account', 'the account does not exist'),
  fk_tier_history_account: missing('account', 'the account does not exist'),
  fk_tier_history_model: missing('modelVersion', 'the tiering model does not exist'),
  fk_tier_history_scorecard: missing('scorecard', 'the scorecard does not exist'),
  fk_tier_override_account: missing('account', 'the account does not exist'),
  fk_tier_override_model: missing('modelVersion', 'the tiering model does not exist'),
  fk_tier_review_account: missing('account', 'the account does not exist'),
  fk_tier_review_model: missing('modelVersion', 'the tiering model does not exist'),
  fk_tiering_model_based_on: missing('basedOn', 'the tiering model does not exist'),
  fk_tiering_model_replaces: missing('replaces', 'the tiering model does not exist'),
  fk_touch_account: missing('account', 'the account does not exist'),
  fk_touch_csm: missing('csm', 'the CSM does not exist'),
  fk_webhook_delivery_endpoint: missing('endpointId', 'there is no such webhook endpoint'),
  fk_webhook_delivery_event: missing('event', 'there is no such event'),
  ck_account_not_its_own_parent: cycle(),
  ck_account_no_cycle: cycle(),
  ck_account_status: invalid('status', 'must be ACTIVE, TRIAL, FREE or CHURNED'),
  ck_account_arr: invalid('arr', 'must be an amount of 0 or more'),
  ck_account_expansion_arr: invalid('expansionArr', 'must be an amount of 0 or more'),
  ck_account_annual_revenue: invalid('annualRevenue', 'must be an amount of 0 or more'),
  ck_account_counts: invalid('account', 'must have counts of 0 or more'),
  ck_account_health_score: invalid('healthScore', 'must be a whole number from 0 to 100'),
  ck_account_term_months: invalid('termMonths', 'must be 1 or more'),
  ck_account_levels: invalid('account', 'must have levels of LOW, MEDIUM or HIGH'),
  ck_account_effective_tier: invalid('tier', 'must be the tier of the override, else the held tier'),
  ck_account_churned_holds_no_tier: {
    code: 'ACCOUNT_CHURNED',
    field: 'status',
    message: 'a churned account holds no tier',
  },
  ck_account_designation: invalid(
    'strategicDesignation',
    'needs a reason, an author, a day and a review date',
  ),
  ck_account_review_escalated: invalid('review', 'must not be escalated before it is due'),
  ck_account_review_triggers: invalid('review', 'must have a list of triggers'),
  ck_api_token_role: invalid('role', 'must be VIEWER, CSM, MANAGER or ADMIN'),
  ck_arr_movement_amounts: invalid('arr', 'must be an amount of 0 or more'),
  ck_arr_movement_effective: invalid('effectiveOn', 'must not lie after the day it is recorded on'),
  ck_arr_movement_kind: invalid('kind', 'must be a kind of movement'),
  ck_arr_movement_source: invalid('source', 'must be FACTS or SUBSCRIPTIONS'),
  ck_audit_entry_action: invalid('action', 'must be CREATED, CHANGED or DELETED'),
  ck_audit_entry_append_only: conflict('audit', 'the audit only grows'),
  ck_audit_entry_states: invalid('before', 'and after must be told as far as there was any'),
  ck_book_banding_single: invalid('book', 'has figures by one set of bands'),
  ck_book_restatement_source: invalid('book', 'has changes of its past by known tables alone'),
  ck_load_keeping_single: invalid('book', 'has one set of loads'),
  ck_book_figure_dimensions: invalid('book', 'has figures by known dimensions alone'),
  ck_csm_employment_dates: invalid('to', 'must lie after from'),
  ck_csm_employment_fte: invalid('fte', 'must be above 0 and at most 1'),
  ck_csm_leave_backup: invalid('backup', 'must be somebody else'),
  ck_csm_leave_dates: invalid('to', 'must lie after from'),
  ck_daily_step_changed: invalid('changed', 'must be 0 or more once the step has finished'),
  ck_digital_program_period: invalid('since', 'must not lie before the last change'),
  ck_digital_program_program: invalid('program', 'must be a digital program'),
  ck_event_type: invalid('type', 'must be a type of event'),
  ck_fact_change_source: invalid('source', 'must be FACTS or SUBSCRIPTIONS'),
  ck_intervention_closed: invalid('end', 'must be told where it is over, and only there'),
  ck_intervention_note: invalid('note', 'must be told where a person has completed it, and only there'),
  ck_intervention_reason: invalid('reason', 'must be a reason of an intervention'),
  ck_intervention_status: invalid('status', 'must be a status of an intervention'),
  ck_pending_downgrade_dates: invalid('graceUntil', 'must lie after the day of detection'),
  ck_pending_downgrade_reason: invalid('reason', 'must be a reason for a grace period'),
  ck_pool_membership_dates: invalid('to', 'must lie after from'),
  ck_portfolio_assignment_dates: invalid('from', 'must not lie after the end'),
  ck_portfolio_assignment_owner: invalid('csm', 'or a pool must be named, not both'),
  ck_renewal_notice_due: invalid('dueOn', 'must lie daysAhead before the renewal'),
  ck_scorecard_completeness: invalid('completeness', 'must lie from 0 to 100'),
  ck_scorecard_total: invalid('total', 'must lie from 0 to 100'),
  ck_service_adjustment_decided: invalid('decision', 'needs a person, a day and a moment'),
  ck_service_adjustment_end_reason: invalid('endReason', 'must be a reason for which adjustments end'),
  ck_service_adjustment_ended: invalid('end', 'must be told where it is over, and only there'),
  ck_service_adjustment_grounds: invalid('grounds', 'must be grounds of a proposal'),
  ck_service_adjustment_kind: invalid('kind', 'must be EXTRA or LIGHTER'),
  ck_service_adjustment_started: invalid('until', 'must lie after the day on which it begins'),
  ck_service_adjustment_status: invalid('status', 'must be a status of a service adjustment'),
  ck_segment_change_cause: invalid('cause', 'must be a cause of a change of members'),
  ck_segment_change_kind: invalid('kind', 'must be ENTERED or LEFT'),
  ck_segment_goal_metric: invalid('metric', 'must be a metric of a goal'),
  ck_segment_goal_period: invalid('to', 'must lie after from'),
  ck_segment_goal_target: invalid('target', 'must be a fraction of 0 or more'),
  ck_subscription_line_arr: invalid('arr', 'must be an amount of 0 or more'),
  ck_subscription_line_dates: invalid('end', 'must not lie before the start'),
  ck_subscription_line_seats: invalid('seats', 'must be 0 or more'),
  ck_support_month_adoption: invalid('adoptionPercent', 'must lie from 0 to 100'),
  ck_support_month_answered: invalid('answeredInTime', 'must be a part of the tickets'),
  ck_support_month_month: invalid('month', 'must be the first day of a month'),
  ck_support_month_tickets: invalid('tickets', 'must be 0 or more'),
  ck_tier_history_append_only: conflict('history', 'the tier history only grows'),
  ck_tier_history_cause: invalid('cause', 'must be a cause of the tier history'),
  ck_tier_history_kind: invalid('kind', 'must be a kind of the tier history'),
  ck_tier_override_decided: invalid('decision', 'needs a person, a day and a moment'),
  ck_tier_override_end_reason: invalid('endReason', 'must be a reason for which overrides end'),
  ck_tier_override_ended: invalid('end', 'must be told where it is over, and only there'),
  ck_tier_override_expiry: invalid('expiresOn', 'must lie after the day of the request'),
  ck_tier_override_reason: invalid('reason', 'must be a reason of an override'),
  ck_tier_override_started: invalid('startedOn', 'must be told of one that was active, and only there'),
  ck_tier_override_status: invalid('status', 'must be a status of an override'),
  ck_tier_review_decision: invalid('decision', 'must be a decision of a tier review'),
  ck_tier_review_next: invalid('nextDueOn', 'must lie after the day of completion'),
  ck_tier_review_note: invalid('note', 'must have 1 to 1,000 characters'),
  ck_tier_review_recommendation: invalid('recommendation', 'must be a decision of a tier review'),
  ck_tiering_model_immutable: conflict('version', 'a published tiering model never changes'),
  ck_tiering_model_revision: invalid('revision', 'must be 1 or more'),
  ck_tiering_model_status: invalid('status', 'must be DRAFT, PUBLISHED or RETIRED'),
  ck_tiering_model_version: invalid('version', 'must be 1 or more'),
  ck_touch_channel: invalid('channel', 'must be a way to reach a customer'),
  ck_touch_happened: invalid('on', 'must not lie after the day on which it is logged'),
  ck_touch_kind: invalid('kind', 'must be TOUCH, EVENT or BUSINESS_REVIEW'),
  ck_touch_outcome: invalid('outcome', 'must be an outcome of a touch'),
  ck_touch_skipped: invalid('skipped', 'is for business reviews, with a note'),
  ck_touch_undone: invalid('undone', 'needs a person and a moment'),
  ck_webhook_delivery_settled: invalid('status', 'must be settled where nothing is to be sent any more'),
  ck_webhook_delivery_status: invalid('status', 'must be PENDING, DELIVERED or DEAD'),
  ck_webhook_endpoint_concurrency: invalid('concurrency', 'must be a whole number from 1 to 20'),
  ck_webhook_endpoint_disabled: invalid('enabled', 'must be told with a reason and a moment where it is not'),
  ck_webhook_endpoint_previous: invalid('secret', 'of before must be told with its end'),
  ck_webhook_endpoint_reason: invalid('disabledReason', 'must be BY_HAND or GONE'),
};

/** The domain's error for a broken constraint; null for every other failure. */
export function constraintError(error: unknown): DomainError | null {
  const { constraint } = driverErrorOf(error);
  const meaning = constraint === undefined ? undefined : CONSTRAINT_ERRORS[constraint];
  return meaning === undefined ? null : new DomainError(meaning.code, meaning.message, [meaning.field]);
}

/** Whether the same work may well succeed now: it met another transaction that has ended since. */
export function isWorthRetrying(error: unknown): boolean {
  const { code, constraint } = driverErrorOf(error);
  return code === SERIALIZATION_FAILURE || code === DEADLOCK || constraint === 'uq_account_external_id';
}

function driverErrorOf(error: unknown): { code?: string; constraint?: string } {
  return error instanceof QueryFailedError
    ? (error.driverError as { code?: string; constraint?: string })
    : {};
}

function duplicate(field: string, message: string): { code: ErrorCode; field: string; message: string } {
  return { code: 'DUPLICATE_EXTERNAL_ID', field, message };
}

function conflict(field: string, message: string): { code: ErrorCode; field: string; message: string } {
  return { code: 'CONFLICT', field, message };
}

function missing(field: string, message: string): { code: ErrorCode; field: string; message: string } {
  return { code: 'NOT_FOUND', field, message };
}

function cycle(): { code: ErrorCode; field: string; message: string } {
  return {
    code: 'PARENT_CYCLE',
    field: 'parentExternalId',
    message: 'an account cannot be its own parent, nor among its own ancestors',
  };
}

function invalid(field: string, rule: string): { code: ErrorCode; field: string; message: string } {
  return { code: 'INVALID_VALUE', field, message: `${field} ${rule}` };
}
