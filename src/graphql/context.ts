import { type AccountService } from '../app/account.service';
import { type Actor } from '../app/actor';
import { type CsmService } from '../app/csm.service';
import { type ModelDraftService } from '../app/model-draft.service';
import { type OverrideService } from '../app/override.service';
import { type PortfolioService } from '../app/portfolio.service';
import { type Clock } from '../app/ports/clock';
import { type Reads } from '../app/ports/reads';
import { type PublicationService } from '../app/publication.service';
import { type SegmentService } from '../app/segment.service';
import { type ServiceAdjustmentService } from '../app/service-adjustment.service';
import { type TierReviewService } from '../app/tier-review.service';
import { type TokenService } from '../app/token.service';
import { type TouchService } from '../app/touch.service';

/** What every resolver of one request gets. */
export interface GraphqlContext {
  readonly actor: Actor;
  readonly requestId: string;
  /** Reads of what the actor may see. */
  readonly reads: Reads;
  readonly accounts: AccountService;
  readonly adjustments: ServiceAdjustmentService;
  readonly tokens: TokenService;
  readonly csms: CsmService;
  readonly modelDrafts: ModelDraftService;
  readonly overrides: OverrideService;
  readonly portfolios: PortfolioService;
  readonly publication: PublicationService;
  readonly segments: SegmentService;
  readonly tierReviews: TierReviewService;
  readonly touches: TouchService;
  readonly clock: Clock;
}
