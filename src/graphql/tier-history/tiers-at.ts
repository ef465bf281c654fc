import { type CalendarDate } from '../../domain/calendar';
import { DomainError } from '../../domain/errors';
import { type TiersAtType } from '../account/account.type';
import { type GraphqlContext } from '../context';
import { ofEachAccount, type RelationUse } from '../relation';
import { tiersOfVersions } from '../tiering-model/tiers';

/** The tiers of accounts at the end of a day, as recorded then. Throws INVALID_VALUE for a day after today. */
export async function tiersAt(
  accounts: readonly { readonly id: string }[],
  { args }: RelationUse,
  context: GraphqlContext,
): Promise<(TiersAtType | null)[]> {
  const date = args.date as CalendarDate;
  if (date > context.clock.today()) {
    throw new DomainError('INVALID_VALUE', 'nothing is recorded of a day after today', ['date']);
  }
  const rows = await context.reads.accounts.tiersAt(
    accounts.map(({ id }) => id),
    date,
  );
  const tiers = await tiersOfVersions(
    context,
    rows.map(({ modelVersion }) => modelVersion),
  );
  return ofEachAccount(accounts, rows).map((row) => {
    if (row === null) return null;
    const tier = tiers(row.modelVersion);
    return { date, computed: tier(row.computed), held: tier(row.held), effective: tier(row.effective) };
  });
}
