import { DIGITAL_PROGRAMS, programOf } from '../../domain/engagement-program';
import { type ProgramPeriodView } from '../../app/ports/digital-program';
import { type AccountNode } from '../account/account.node';
import { type GraphqlContext } from '../context';
import { type AccountDigitalProgramType, LONGEST_HISTORY } from './digital-program.type';

/** The digital programs of each account: those that its tier requires, and those of which something was told. */
export async function accountPrograms(
  accounts: readonly AccountNode[],
  context: GraphqlContext,
): Promise<AccountDigitalProgramType[][]> {
  const [model, periods] = await Promise.all([
    context.reads.models.published(),
    context.reads.digitalPrograms.periodsOf(
      accounts.map(({ id }) => id),
      LONGEST_HISTORY,
    ),
  ]);
  const histories = new Map<string, ProgramPeriodView[]>();
  for (const period of periods) {
    const key = `${period.accountId} ${period.program}`;
    const history = histories.get(key);
    if (history === undefined) histories.set(key, [period]);
    else history.push(period);
  }
  return accounts.map(({ id, tier }) => {
    const required = tier ? programOf(model, tier.key).digitalPrograms : [];
    return DIGITAL_PROGRAMS.flatMap((program): AccountDigitalProgramType[] => {
      const history = histories.get(`${id} ${program}`) ?? [];
      const isRequired = required.includes(program);
      if (!isRequired && history.length === 0) return [];
      const now = history.find(({ to }) => to === null);
      return [
        {
          program,
          required: isRequired,
          running: now?.running ?? null,
          since: now?.from ?? null,
          history,
        },
      ];
    });
  });
}
