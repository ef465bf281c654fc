import { correctableSince } from '../app/account-decision';
import { SYSTEM } from '../app/actor';
import { planRequest, saveOverrides } from '../app/override-changes';
import { type Stores, type UnitOfWork } from '../app/ports/stores';
import { publishedModel } from '../app/published-model';
import { ServiceAdjustmentService } from '../app/service-adjustment.service';
import { addDays, type CalendarDate } from '../domain/calendar';
import { type OverrideReason } from '../domain/override';
import { isAbove, topTier } from '../domain/tier';
import { actorOf, dayOfSource, momentOf } from './cast';

const LOOKED_AT = 100;

const REQUESTS: readonly { readonly reason: OverrideReason; readonly note: string; readonly days: number }[] =
  [
    { reason: 'RISK_RECOVERY', note: 'Their new sponsor wants to see us every week until summer', days: 120 },
    { reason: 'EXPECTED_EXPANSION', note: 'A second business unit signs within the half-year', days: 180 },
  ];

/** Leaves people of the demo book something to decide: requests for overrides, and proposals of adjustments. */
export async function leaveOpenQuestions(
  stores: Stores,
  unitOfWork: UnitOfWork,
  today: CalendarDate,
  now: string,
): Promise<void> {
  const asked = dayOfSource('PEOPLE', addDays(today, -1));
  const person = actorOf('PEOPLE', asked);
  const stamp = {
    actorId: person.id,
    actorName: person.name,
    today: asked,
    now: momentOf('PEOPLE', asked),
  };
  const model = await publishedModel(stores);
  const top = topTier(model.tiers).key;
  const ids = await stores.accounts.scoredIdsAfter('0', LOOKED_AT);
  const accounts = (await stores.accounts.lockByIds(ids, correctableSince(model, stamp.today)))
    .filter(({ standing: { held } }) => held !== null && isAbove(model.tiers, top, held))
    .slice(0, REQUESTS.length);
  const changes = accounts.flatMap((account, index) => {
    const request = REQUESTS[index];
    if (request === undefined) return [];
    const { reason, note, days } = request;
    const terms = { tier: top, reason, note, expiresOn: addDays(stamp.today, days) };
    return [planRequest(account, [], terms, stamp, model, false)];
  });
  await saveOverrides(stores, changes, stamp);
  const clock = { now: () => now, today: () => today };
  const bySystem = { actorId: SYSTEM.id, actorName: SYSTEM.name, now, today };
  await new ServiceAdjustmentService(unitOfWork, clock).proposeDue(SYSTEM, bySystem);
}
