import { type AccountService } from '../app/account.service';
import { type Actor } from '../app/actor';
import { type AssignmentPlanService } from '../app/assignment-plan.service';
import { type AuditService } from '../app/audit.service';
import { type CsmService } from '../app/csm.service';
import { type EventFeed } from '../app/event-feed';
import { type DigitalProgramService } from '../app/digital-program.service';
import { type InterventionService } from '../app/intervention.service';
import { type ModelDraftService } from '../app/model-draft.service';
import { type OverrideService } from '../app/override.service';
import { type PortfolioService } from '../app/portfolio.service';
import { type Clock } from '../app/ports/clock';
import { type CustomerWords } from '../app/ports/customer-words';
import { type Reads } from '../app/ports/reads';
import { type PublicationService } from '../app/publication.service';
import { type SegmentService } from '../app/segment.service';
import { type ServiceAdjustmentService } from '../app/service-adjustment.service';
import { type TierReviewService } from '../app/tier-review.service';
import { type TokenService } from '../app/token.service';
import { type Money } from '../domain/money';
import { type TouchService } from '../app/touch.service';
import { type WebhookService } from '../app/webhook.service';

/** What every resolver of one request gets. */
export interface GraphqlContext {
  readonly actor: Actor;
  readonly requestId: string;
  /** Reads of what the actor may see. */
  readonly reads: Reads;
  /** New events, as they happen. */
  readonly feed: EventFeed;
  readonly accounts: AccountService;
  readonly adjustments: ServiceAdjustmentService;
  readonly audit: AuditService;
  readonly tokens: TokenService;
  readonly assignmentPlans: AssignmentPlanService;
  readonly csms: CsmService;
  /** What a CSM with an FTE of 1.0 costs a year. */
  readonly loadedCost: Money;
  readonly digitalPrograms: DigitalProgramService;
  readonly interventions: InterventionService;
  readonly modelDrafts: ModelDraftService;
  readonly overrides: OverrideService;
  readonly portfolios: PortfolioService;
  readonly publication: PublicationService;
  readonly segments: SegmentService;
  readonly tierReviews: TierReviewService;
  /** What customers are told, in their languages. */
  readonly words: CustomerWords;
  readonly touches: TouchService;
  readonly webhooks: WebhookService;
  readonly clock: Clock;
}
