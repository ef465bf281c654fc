import { type AccountAssignment } from '../../src/app/portfolio.service';
import { fixedClock } from '../support/clock';
import { createTestDatabase } from '../support/database';
import { day } from '../support/facts';
import { outcomes, StaffedBook } from '../support/staffed-book';

type Written = Omit<AccountAssignment, 'account'>;

describe('what assignment plans read of an account', () => {
  let book: StaffedBook;

  beforeEach(async () => {
    book = new StaffedBook(await createTestDatabase(), fixedClock('2026-03-02'));
    await book.seed({ CORE: { arr: '30000.00' } });
    await book.staff({ anna: { pool: 'east' }, ben: {} });
  });
  afterEach(async () => {
    await book.database.drop();
  });

  const by = (csm: string, from: string, more: object = {}): Written => ({ csm, from: day(from), ...more });
  const byNobody = (from: string): Written => ({ unassign: true, from: day(from) });

  // A break is a day on which somebody else, or nobody, looked after the account.
  test.each<[string, Written[], string | null]>([
    ['nobody ever did', [], null],
    ['nobody does any more', [by('anna', '2025-01-01'), byNobody('2025-06-01')], null],
    ['one always did', [by('anna', '2025-01-01')], '2025-01-01'],
    [
      'one came back after a gap',
      [by('anna', '2025-01-01'), byNobody('2025-06-01'), by('anna', '2026-02-01')],
      '2026-02-01',
    ],
    [
      'only the sponsor changed',
      [by('anna', '2025-01-01'), by('anna', '2025-06-01', { executiveSponsor: 'CEO' })],
      '2025-01-01',
    ],
    [
      'another one did in between',
      [by('anna', '2025-01-01'), by('ben', '2025-06-01'), by('anna', '2026-02-01')],
      '2026-02-01',
    ],
    [
      'another one was replaced on the very first day',
      [by('anna', '2025-01-01'), by('ben', '2025-06-01'), by('anna', '2025-06-01')],
      '2025-01-01',
    ],
    [
      'a pool that the CSM is in did in between',
      [by('anna', '2025-01-01'), { pool: 'east', from: day('2025-06-01') }, by('anna', '2026-02-01')],
      '2026-02-01',
    ],
    [
      'a pool came back after a gap',
      [
        { pool: 'east', from: day('2025-01-01') },
        byNobody('2025-06-01'),
        { pool: 'east', from: day('2026-02-01') },
      ],
      '2026-02-01',
    ],
  ])('the present owner has had it since then, where %s', async (_, assignments, since) => {
    for (const assignment of assignments) {
      const [result] = outcomes(await book.assign({ CORE: assignment }));
      expect(result).toBe(assignment.unassign ? 'UNASSIGNED' : 'ASSIGNED');
    }
    const rows = await book.unitOfWork.observe((stores) => stores.assignmentPlans.accounts(null));
    expect(rows.map(({ ownedSince }) => ownedSince)).toEqual([since]);
  });
});
