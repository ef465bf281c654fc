import { DIGITAL_PROGRAMS, programOf } from '../../domain/engagement-program';
import { type AccountNode } from '../account/account.node';
import { type GraphqlContext } from '../context';
import { type AccountDigitalProgramType } from './digital-program.type';

const LONGEST_HISTORY = 20;

/** The digital programs of each account: those that its tier requires, and those of which something was told. */
export async function accountPrograms(
  accounts: readonly AccountNode[],
  context: GraphqlContext,
): Promise<AccountDigitalProgramType[][]> {
  const [model, periods] = await Promise.all([
    context.reads.models.published(),
    context.reads.digitalPrograms.periodsOf(accounts.map(({ id }) => id)),
  ]);
  return accounts.map(({ id, tier }) => {
    const required = tier ? programOf(model, tier.key).digitalPrograms : [];
    const own = periods.filter(({ accountId }) => accountId === id);
    return DIGITAL_PROGRAMS.flatMap((program): AccountDigitalProgramType[] => {
      const history = own.filter((period) => period.program === program);
      const isRequired = required.includes(program);
      if (!isRequired && history.length === 0) return [];
      const now = history.find(({ to }) => to === null);
      return [
        {
          program,
          required: isRequired,
          running: now?.running ?? null,
          since: now?.from ?? null,
          history: history.slice(0, LONGEST_HISTORY),
        },
      ];
    });
  });
}
