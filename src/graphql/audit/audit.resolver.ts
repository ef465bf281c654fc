import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { type AuditEntryView, type AuditFilter, type AuditSubject } from '../../app/ports/audit';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { fromGlobalId, keyOrNone, NO_KEY, toGlobalId } from '../ids';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { type Ordering, readPage } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { AUDIT_RELATIONS } from '../relations';
import { AuditEntriesArgs, AuditEntryConnection, AuditEntryType, type AuditFilterInput } from './audit.type';

const NEWEST_FIRST: Ordering = { fingerprint: 'audit_entry newest first', kinds: ['bigint'] };

/** The type that the API has for a subject, or for what it is a part of; null where it has none. */
const TYPES: Readonly<Record<AuditSubject, string | null>> = {
  ACCOUNT: 'Account',
  API_TOKEN: 'ApiToken',
  CSM: 'Csm',
  CSM_EMPLOYMENT: 'Csm',
  CSM_LEAVE: 'Csm',
  DIGITAL_PROGRAM: null,
  INTERVENTION: 'Intervention',
  OVERRIDE: 'Override',
  POOL: 'Pool',
  POOL_MEMBERSHIP: 'Csm',
  PORTFOLIO_ASSIGNMENT: 'PortfolioAssignment',
  SEGMENT: 'Segment',
  SEGMENT_GOAL: 'Segment',
  SERVICE_ADJUSTMENT: 'ServiceAdjustment',
  SUBSCRIPTION_LINE: null,
  SUPPORT_MONTH: 'Account',
  TIERING_MODEL: 'TieringModel',
  TIER_REVIEW: 'TierReview',
  TOUCH: 'LoggedTouch',
  WEBHOOK_ENDPOINT: 'WebhookEndpoint',
};

@Resolver(() => AuditEntryType)
export class AuditResolver {
  @Query(() => AuditEntryConnection, {
    description: 'Who wrote what, the newest first. Needs the role ADMIN.',
  })
  async auditEntries(
    @Args(() => AuditEntriesArgs) { where, ...page }: AuditEntriesArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<AuditEntryView>> {
    const { actor, audit } = context;
    const filter = filterOf(where ?? {});
    const selection = selectionOf(info);
    return readPage<AuditEntryView>(page, NEWEST_FIRST, selection, {
      rows: async (window) => {
        const entries = await audit.page(actor, filter, window);
        return loadRelations(AUDIT_RELATIONS, entries, nodeSelectionOf(selection), context);
      },
      count: () => audit.count(actor, filter),
    });
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description:
      'The id of what was written, or of what it is a part of: the CSM of a leave, the segment of a goal, the account of support figures. Null for what has no id of its own in this API.',
  })
  subjectId(@Root() { subject, subjectKey }: AuditEntryView): string | null {
    const type = TYPES[subject];
    return type === null ? null : toGlobalId(type, subjectKey);
  }

  @FieldResolver(() => AccountType, {
    nullable: true,
    description: 'The account that the subject belongs to; null for what belongs to none.',
  })
  account(
    @Root() entry: AuditEntryView,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(AUDIT_RELATIONS.account, entry, {}, context, info);
  }
}

function filterOf({ subjectId, accountId, ...where }: AuditFilterInput): AuditFilter {
  const filter: AuditFilter =
    accountId == null ? where : { ...where, accountId: keyOrNone('Account', accountId) };
  if (subjectId == null) return filter;
  const typed = fromGlobalId(subjectId);
  const ofType = (Object.keys(TYPES) as AuditSubject[]).filter((subject) => TYPES[subject] === typed?.type);
  const subjects = ofType.filter((subject) => filter.subjects?.includes(subject) ?? true);
  return { ...filter, subjects, subjectKey: typed?.key ?? NO_KEY };
}
