import { type AccountService } from '../app/account.service';
import { type Actor } from '../app/actor';
import { type CsmService } from '../app/csm.service';
import { type PortfolioService } from '../app/portfolio.service';
import { type Clock } from '../app/ports/clock';
import { type Reads } from '../app/ports/reads';
import { type TokenService } from '../app/token.service';

/** What every resolver of one request gets. */
export interface GraphqlContext {
  readonly actor: Actor;
  readonly requestId: string;
  /** Reads of what the actor may see. */
  readonly reads: Reads;
  readonly accounts: AccountService;
  readonly tokens: TokenService;
  readonly csms: CsmService;
  readonly portfolios: PortfolioService;
  readonly clock: Clock;
}
