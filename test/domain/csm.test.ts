import fc from 'fast-check';
import {
  cancelLeave,
  changeCsm,
  checkEmployment,
  type Csm,
  endEmployment,
  type EmploymentTerm,
  type Fte,
  fteOn,
  FULL_TIME,
  grantLeave,
  isEmployedOn,
  leavesEarlier,
  leaveOn,
  parseFte,
  refuseBrokenPromise,
  refuseUnemployed,
  SINCE_EVER,
} from '../../src/domain/csm';
import { DomainError } from '../../src/domain/errors';
import { coveredUntil, overlaps } from '../../src/domain/period';
import { day } from '../support/facts';

function term(from: string, to: string | null, fte = 100): EmploymentTerm {
  return { from: day(from), to: to === null ? null : day(to), fte: fte as Fte };
}

function csm(externalId: string, ...employment: EmploymentTerm[]): Csm {
  const values = { name: externalId, ...(employment.length > 0 ? { employment } : {}) };
  return changeCsm(null, externalId, values);
}

const leave = (from: string, to: string, backup = 'ben') => ({ from: day(from), to: day(to), backup });

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return `${error.code} ${error.field.join('.')}`;
    throw error;
  }
  return 'none';
}

describe('an FTE', () => {
  test.each([
    ['1', 100],
    ['1.0', 100],
    ['0.8', 80],
    ['.5', 50],
    ['0.01', 1],
    [' 0.75 ', 75],
  ])('%p is read', (text, hundredths) => {
    expect(parseFte(text)).toBe(hundredths);
  });
  test.each(['0', '0.00', '1.4', '1.01', '-0.5', '0.805', '80%', '0,8', '', 'full'])(
    '%p is refused',
    (text) => {
      expect(refusal(() => parseFte(text))).toBe('INVALID_VALUE fte');
    },
  );
});

describe('employment', () => {
  test.each<[string, EmploymentTerm[], string]>([
    ['one open term', [term('2025-01-01', null)], 'none'],
    ['ramping in', [term('2025-04-01', null), term('2025-01-01', '2025-04-01', 50)], 'none'],
    ['with a gap', [term('2024-01-01', '2024-06-01'), term('2025-01-01', null)], 'none'],
    [
      'two terms that overlap by a day',
      [term('2025-01-01', '2025-04-02'), term('2025-04-01', null)],
      'INVALID_VALUE employment',
    ],
    [
      'an open term before another',
      [term('2025-01-01', null), term('2025-04-01', null)],
      'INVALID_VALUE employment',
    ],
    ['a term without a day', [term('2025-01-01', '2025-01-01')], 'INVALID_VALUE employment'],
    ['FTE 0', [term('2025-01-01', null, 0)], 'INVALID_VALUE fte'],
    ['FTE 1.4', [term('2025-01-01', null, 140)], 'INVALID_VALUE fte'],
    ['none at all', [], 'INVALID_VALUE employment'],
  ])('%s', (_, terms, expected) => {
    expect(refusal(() => checkEmployment(terms))).toBe(expected);
  });

  const anna = csm('anna', term('2025-01-01', '2025-04-01', 50), term('2025-04-01', '2026-04-01'));
  test.each([
    ['2024-12-31', 0],
    ['2025-01-01', 50],
    ['2025-03-31', 50],
    ['2025-04-01', 100],
    ['2026-03-31', 100],
    ['2026-04-01', 0],
  ])('on %s the FTE is %p hundredths', (date, fte) => {
    expect(fteOn(anna, day(date))).toBe(fte);
    expect(isEmployedOn(anna, day(date))).toBe(fte > 0);
    expect(
      refusal(() => {
        refuseUnemployed(anna, day(date));
      }),
    ).toBe(fte > 0 ? 'none' : 'NOT_EMPLOYED csm');
  });

  test('nothing said of it means full-time since ever', () => {
    expect(csm('new').employment).toEqual([{ from: SINCE_EVER, to: null, fte: FULL_TIME }]);
  });

  test.each<[string, string, (string | null)[] | string]>([
    ['in the middle of the last term', '2025-10-01', ['2025-04-01', '2025-10-01']],
    ['at the end of the first', '2025-04-01', ['2025-04-01']],
    ['on the day that was known', '2026-04-01', ['2025-04-01', '2026-04-01']],
    ['before the first day', '2025-01-01', 'NOT_EMPLOYED on'],
    ['after leaving', '2026-04-02', 'NOT_EMPLOYED on'],
  ])('ends %s', (_, on, expected) => {
    const end = (): Csm => endEmployment(anna, day(on));
    if (typeof expected === 'string') expect(refusal(end)).toBe(expected);
    else expect(end().employment.map(({ to }) => to)).toEqual(expected);
  });

  test.each<[string, EmploymentTerm[], string | null]>([
    ['an end where there was none', [term('2025-01-01', '2026-09-01')], '2026-09-01'],
    ['a gap', [term('2025-01-01', '2026-05-01'), term('2026-06-01', null)], '2026-05-01'],
    ['gone already', [term('2025-01-01', '2026-01-01')], '2026-03-01'],
    ['less FTE', [term('2025-01-01', '2026-05-01'), term('2026-05-01', null, 50)], null],
    ['a later beginning in the past', [term('2026-01-01', null)], null],
  ])('is told to end earlier: %s', (_, terms, expected) => {
    const before = csm('anna', term('2025-01-01', null));
    expect(leavesEarlier(before, csm('anna', ...terms), day('2026-03-01'))).toBe(expected);
  });
});

describe('a leave', () => {
  const anna = csm('anna', term('2025-01-01', null));
  const ben = csm('ben', term('2025-01-01', '2026-12-01'));
  const benAway = { ...ben, leave: [leave('2026-06-10', '2026-06-20', 'anna')] };
  const grant = (from: string, to: string, backup = ben, covers: ReturnType<typeof leave>[] = []): Csm =>
    grantLeave(
      { ...anna, leave: [leave('2026-03-01', '2026-03-15')] },
      leave(from, to, backup.externalId),
      backup,
      covers,
    );

  test.each<[string, () => Csm, string]>([
    ['beside another one', () => grant('2026-03-15', '2026-03-20'), 'none'],
    ['over the last day of another one', () => grant('2026-03-14', '2026-03-20'), 'LEAVE_OVERLAPS from'],
    ['around another one', () => grant('2026-02-01', '2026-04-01'), 'LEAVE_OVERLAPS from'],
    ['that replaces the one of the same day', () => grant('2026-03-01', '2026-04-01'), 'none'],
    ['that ends before it begins', () => grant('2026-05-02', '2026-05-01'), 'INVALID_VALUE to'],
    ['before the employment', () => grant('2024-12-31', '2025-01-02'), 'NOT_EMPLOYED from'],
    ['with oneself as backup', () => grant('2026-05-01', '2026-05-02', anna), 'INVALID_VALUE backup'],
    ['while the backup is away', () => grant('2026-06-19', '2026-06-30', benAway), 'BACKUP_AWAY backup'],
    ['up to the day the backup goes', () => grant('2026-06-01', '2026-06-10', benAway), 'none'],
    ['while the backup is gone', () => grant('2026-11-20', '2026-12-02'), 'BACKUP_AWAY backup'],
    ['up to the day the backup leaves', () => grant('2026-11-20', '2026-12-01'), 'none'],
    [
      'while standing in for another',
      () => grant('2026-07-05', '2026-07-06', ben, [leave('2026-07-01', '2026-07-10', 'anna')]),
      'BACKUP_AWAY from',
    ],
  ])('%s', (_, work, expected) => {
    expect(refusal(work)).toBe(expected);
  });

  test('counts from its first day up to the day of return', () => {
    const away = grant('2026-05-01', '2026-05-03');
    const on = (date: string): string | undefined => leaveOn(away, day(date))?.backup;
    expect([on('2026-04-30'), on('2026-05-01'), on('2026-05-02'), on('2026-05-03')]).toEqual([
      undefined,
      'ben',
      'ben',
      undefined,
    ]);
  });

  test.each([
    ['one that lies ahead is gone', '2026-02-01', [] as string[]],
    ['one that has begun ends today', '2026-03-05', ['2026-03-05']],
  ])('taken back: %s', (_, today, ends) => {
    const away = grant('2026-03-01', '2026-03-15');
    expect(cancelLeave(away, day('2026-03-01'), day(today)).leave.map(({ to }) => to)).toEqual(ends);
  });

  test('that is over, or never was, cannot be taken back', () => {
    const away = grant('2026-03-01', '2026-03-15');
    expect(refusal(() => cancelLeave(away, day('2026-03-01'), day('2026-03-15')))).toBe('WRONG_STATUS from');
    expect(refusal(() => cancelLeave(away, day('2026-03-02'), day('2026-03-01')))).toBe('NOT_FOUND from');
  });

  test('keeps its backup from leaving', () => {
    const promised = [leave('2026-06-01', '2026-07-01', 'anna')];
    const gone = endEmployment(anna, day('2026-06-30'));
    expect(
      refusal(() => {
        refuseBrokenPromise(gone, promised, day('2026-03-01'));
      }),
    ).toBe('BACKUP_AWAY employment');
    expect(
      refusal(() => {
        refuseBrokenPromise(gone, promised, day('2026-07-01'));
      }),
    ).toBe('none');
  });
});

describe('what is said of a CSM', () => {
  test('takes its one form, and what is not said stays', () => {
    const before = changeCsm(null, ' anna ', {
      name: ' Anna ',
      languages: ['pt-br', 'EN', 'en'],
      regions: ['EMEA'],
    });
    expect(before).toMatchObject({
      externalId: 'anna',
      name: 'Anna',
      languages: ['en', 'pt-BR'],
      regions: ['EMEA'],
    });
    expect(changeCsm(before, 'anna', { regions: null })).toEqual({ ...before, regions: [] });
  });
  test.each<[string, Parameters<typeof changeCsm>[2], string]>([
    ['no name', {}, 'REQUIRED name'],
    ['an empty name', { name: ' ' }, 'INVALID_VALUE name'],
    ['a language that is none', { name: 'A', languages: ['german!'] }, 'INVALID_VALUE languages'],
    ['an address that is none', { name: 'A', email: 'anna' }, 'INVALID_VALUE email'],
    [
      'one pool twice at once',
      {
        name: 'A',
        pools: [
          { pool: 'p', from: SINCE_EVER, to: null },
          { pool: 'p', from: day('2026-01-01'), to: null },
        ],
      },
      'INVALID_VALUE pools',
    ],
  ])('%s is refused', (_, values, expected) => {
    expect(refusal(() => changeCsm(null, 'anna', values))).toBe(expected);
  });
});

test('periods have a day in common exactly where one of them begins within the other', () => {
  const days = fc.integer({ min: 1, max: 28 }).map((n) => day(`2026-02-${String(n).padStart(2, '0')}`));
  const periods = fc.tuple(days, fc.option(days)).map(([from, to]) => ({ from, to }));
  fc.assert(
    fc.property(periods, periods, (a, b) => {
      const holds = (p: typeof a, date: string): boolean => p.from <= date && (p.to === null || date < p.to);
      const all = Array.from({ length: 28 }, (_, n) => `2026-02-${String(n + 1).padStart(2, '0')}`);
      expect(overlaps(a, b)).toBe(all.some((date) => holds(a, date) && holds(b, date)));
      expect(overlaps(a, b)).toBe(overlaps(b, a));
    }),
  );
});

test('days are covered up to the first gap', () => {
  const periods = [
    term('2026-01-01', '2026-02-01'),
    term('2026-02-01', '2026-03-01'),
    term('2026-03-02', null),
  ];
  expect(coveredUntil(periods, day('2026-01-15'))).toBe('2026-03-01');
  expect(coveredUntil(periods, day('2026-03-01'))).toBe('2026-03-01');
  expect(coveredUntil(periods, day('2026-03-02'))).toBeNull();
});
