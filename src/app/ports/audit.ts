import { type Listed, type Window } from './list';

/** What is audited. */
export const AUDIT_SUBJECTS = [
  'ACCOUNT',
  'API_TOKEN',
  'CSM',
  'CSM_EMPLOYMENT',
  'CSM_LEAVE',
  'DIGITAL_PROGRAM',
  'INTERVENTION',
  'OVERRIDE',
  'POOL',
  'POOL_MEMBERSHIP',
  'PORTFOLIO_ASSIGNMENT',
  'SEGMENT',
  'SEGMENT_GOAL',
  'SERVICE_ADJUSTMENT',
  'SUBSCRIPTION_LINE',
  'SUPPORT_MONTH',
  'TIERING_MODEL',
  'TIER_REVIEW',
  'TOUCH',
  'WEBHOOK_ENDPOINT',
] as const;
export type AuditSubject = (typeof AUDIT_SUBJECTS)[number];

export const AUDIT_ACTIONS = ['CREATED', 'CHANGED', 'DELETED'] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** One field of a write: as text, lists and objects as JSON. Null for nothing. */
export interface AuditChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** One write to one thing: who, when, what, before, after (spec section 13). */
export interface AuditEntryView extends Listed {
  readonly id: string;
  readonly occurredAt: string;
  readonly actorId: string;
  readonly actorName: string;
  /** The request that wrote it; null outside one. */
  readonly requestId: string | null;
  readonly action: AuditAction;
  readonly subject: AuditSubject;
  /** The key of the thing, or of what it is a part of: the CSM of a leave, the segment of a goal. */
  readonly subjectKey: string;
  readonly accountId: string | null;
  readonly changes: readonly AuditChange[];
}

export interface AuditFilter {
  readonly subjects?: readonly AuditSubject[] | null | undefined;
  readonly actions?: readonly AuditAction[] | null | undefined;
  /** With `subjects`, the key of the thing. */
  readonly subjectKey?: string | null | undefined;
  readonly accountId?: string | null | undefined;
  readonly actorId?: string | null | undefined;
  readonly requestId?: string | null | undefined;
  /** From this moment on, ISO 8601 in UTC. */
  readonly from?: string | null | undefined;
  /** Before this moment. */
  readonly to?: string | null | undefined;
}

/** The audit, the newest entry first. */
export interface AuditReads {
  page(where: AuditFilter, window: Window): Promise<AuditEntryView[]>;
  count(where: AuditFilter): Promise<number>;
  byIds(ids: readonly string[]): Promise<AuditEntryView[]>;
}
