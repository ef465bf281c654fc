import { type AccountView } from '../../app/ports/reads';
import { type CalendarDate } from '../../domain/calendar';
import { programOf } from '../../domain/engagement-program';
import { type Locale } from '../../domain/locale';
import { parseMoney } from '../../domain/money';
import { isWithin } from '../../domain/period';
import { type ServicePromise, servicePromises } from '../../domain/service-promise';
import { tierByKey } from '../../domain/tier';
import { type GraphqlContext } from '../context';
import {
  type ContactRole,
  type CustomerContactType,
  type CustomerViewType,
  type ServicePromiseType,
} from './customer-view.type';

/** What a customer's view is made of. */
interface CustomerFields {
  readonly tier: string | null;
  readonly arr: string | null;
}

/** What the customer may know today; null for an account that is unknown, in no tier yet, or gone. */
export async function customerView(
  accountId: string,
  locale: Locale,
  context: GraphqlContext,
): Promise<CustomerViewType | null> {
  const [account] = await context.reads.accounts.byIds([accountId], ['tier', 'arr']);
  if (account === undefined) return null;
  const { tier, arr } = account as AccountView & CustomerFields;
  if (tier === null) return null;
  const model = await context.reads.models.published();
  const promises = servicePromises(programOf(model, tier), arr === null ? null : parseMoney(arr));
  return {
    label: tierByKey(model.tiers, tier).label,
    locale,
    promises: spoken(promises, locale, context),
    contacts: await contactsOf(accountId, context),
  };
}

/** The promises in the words of the language. */
export function spoken(
  promises: readonly ServicePromise[],
  locale: Locale,
  { words }: GraphqlContext,
): ServicePromiseType[] {
  return promises.map((promise) => ({ code: promise.code, text: words.promise(promise, locale) }));
}

async function contactsOf(accountId: string, context: GraphqlContext): Promise<CustomerContactType[]> {
  const today = context.clock.today();
  const [assignment] = await context.reads.portfolios.on([accountId], today);
  if (assignment === undefined) return [];
  const { csmId, executiveSponsor, poolId } = assignment;
  const contact = (
    role: ContactRole,
    name: string | null,
    email: string | null = null,
  ): CustomerContactType => ({ role, name, email });
  const csm = csmId === null ? null : await presentCsm(csmId, today, context);
  return [
    ...(csm === null ? [] : [contact('CUSTOMER_SUCCESS_MANAGER', csm.name, csm.email)]),
    ...(poolId === null ? [] : [contact('CUSTOMER_SUCCESS_TEAM', null)]),
    ...(executiveSponsor === null ? [] : [contact('EXECUTIVE_SPONSOR', executiveSponsor)]),
  ];
}

/** The CSM, or who stands in during a leave; null for one who has left. */
async function presentCsm(
  csmId: string,
  today: CalendarDate,
  { reads }: GraphqlContext,
): Promise<{ readonly name: string; readonly email: string | null } | null> {
  const [csm] = await reads.csms.byIds([csmId], ['email', 'employment', 'leave']);
  const isEmployed = csm?.employment.some((period) => isWithin(period, today));
  if (csm === undefined || !isEmployed) return null;
  const away = csm.leave.find((period) => isWithin(period, today));
  const [backup] = away === undefined ? [] : await reads.csms.byIds([away.backupId], ['email']);
  return backup ?? csm;
}
