import { type Act } from '../../src/domain/act';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { DomainError, type ErrorCode } from '../../src/domain/errors';
import {
  approveOverride,
  checkOverridable,
  checkOverrideTerms,
  closeOverride,
  isExpired,
  type Override,
  OVERRIDE_END_REASONS,
  OVERRIDE_STATUSES,
  type OverrideEndReason,
  type OverrideStatus,
  type OverrideTerms,
  rejectOverride,
  requestOverride,
  revokeOverride,
  startOverrideAtOnce,
  withdrawOverride,
} from '../../src/domain/override';
import { type Standing, UNPLACED } from '../../src/domain/standing';
import { day } from '../support/facts';

const TODAY = '2028-02-29';

function act(actorId: string, today = TODAY): Act {
  return { actorId, actorName: `The ${actorId}`, today: day(today), now: `${today}T12:00:00.000Z` };
}

const TERMS: OverrideTerms = {
  tier: 'core',
  reason: 'BRAND',
  note: null,
  expiresOn: day('2028-06-01'),
};

function override(status: OverrideStatus): Override {
  const requested = requestOverride(TERMS, act('csm'));
  return { ...requested, status };
}

function refusal(work: () => unknown): { code: ErrorCode; field: readonly string[] } | null {
  try {
    work();
    return null;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { code: error.code, field: error.field };
  }
}

describe('the terms of an override', () => {
  test.each<{ case: string; given: Partial<OverrideTerms> }>([
    { case: 'a higher tier', given: { tier: 'strategic' } },
    { case: 'the lowest tier', given: { tier: 'tech-touch' } },
    { case: 'an end tomorrow', given: { expiresOn: day('2028-03-01') } },
    { case: 'an end 365 days off', given: { expiresOn: day('2029-02-28') } },
    { case: 'OTHER with a note of 10 characters', given: { reason: 'OTHER', note: '0123456789' } },
    { case: 'OTHER with 10 characters beyond the 16 bits', given: { reason: 'OTHER', note: '🏔'.repeat(10) } },
    { case: 'another reason with a short note', given: { note: 'Logo' } },
  ])('may be $case', ({ given }) => {
    expect(checkOverrideTerms({ ...TERMS, ...given }, day(TODAY), DEFAULT_MODEL)).toEqual({
      ...TERMS,
      ...given,
    });
  });

  test.each<{ case: string; given: Partial<OverrideTerms>; code: ErrorCode; field: string }>([
    { case: 'an end today', given: { expiresOn: day(TODAY) }, code: 'INVALID_VALUE', field: 'expiresOn' },
    {
      case: 'an end in the past',
      given: { expiresOn: day('2028-02-28') },
      code: 'INVALID_VALUE',
      field: 'expiresOn',
    },
    {
      case: 'an end 366 days off',
      given: { expiresOn: day('2029-03-01') },
      code: 'INVALID_VALUE',
      field: 'expiresOn',
    },
    { case: 'an unknown tier', given: { tier: 'gold' }, code: 'INVALID_VALUE', field: 'tier' },
    { case: "a tier's name", given: { tier: 'Core' }, code: 'INVALID_VALUE', field: 'tier' },
    { case: 'OTHER without a note', given: { reason: 'OTHER' }, code: 'REQUIRED', field: 'note' },
    {
      case: 'OTHER with 9 characters and blanks',
      given: { reason: 'OTHER', note: '  012345678  ' },
      code: 'INVALID_VALUE',
      field: 'note',
    },
    {
      case: 'a note of 1,001 characters',
      given: { note: 'x'.repeat(1_001) },
      code: 'INVALID_VALUE',
      field: 'note',
    },
    {
      case: 'a note with control characters',
      given: { note: 'Logo\u0000' },
      code: 'INVALID_VALUE',
      field: 'note',
    },
  ])('cannot be $case', ({ given, code, field }) => {
    expect(refusal(() => checkOverrideTerms({ ...TERMS, ...given }, day(TODAY), DEFAULT_MODEL))).toEqual({
      code,
      field: [field],
    });
  });

  test('keep a blank note as none, and others without the blanks around them', () => {
    const noteOf = (note: string): string | null =>
      checkOverrideTerms({ ...TERMS, note }, day(TODAY), DEFAULT_MODEL).note;
    expect([noteOf('  '), noteOf(' Logo ')]).toEqual([null, 'Logo']);
  });

  test('follow the numbers of the model', () => {
    const model = { ...DEFAULT_MODEL, overrides: { longestDays: 30, leastNoteLength: 3 } };
    const check = (given: Partial<OverrideTerms>) =>
      refusal(() => checkOverrideTerms({ ...TERMS, ...given }, day(TODAY), model));
    expect(check({ expiresOn: day('2028-03-30'), reason: 'OTHER', note: 'abc' })).toBeNull();
    expect(check({ expiresOn: day('2028-03-31') })?.field).toEqual(['expiresOn']);
    expect(check({ expiresOn: day('2028-03-30'), reason: 'OTHER', note: 'ab' })?.field).toEqual(['note']);
  });
});

describe('an account', () => {
  const held: Standing = { ...UNPLACED, computed: 'core', held: 'core', placed: true };
  test.each<{
    case: string;
    status: 'ACTIVE' | 'CHURNED' | null;
    standing: Standing;
    code: ErrorCode | null;
  }>([
    { case: 'that holds a tier can be overridden', status: null, standing: held, code: null },
    { case: 'that is not placed cannot', status: null, standing: UNPLACED, code: 'NOT_PLACED' },
    { case: 'that has churned cannot', status: 'CHURNED', standing: held, code: 'ACCOUNT_CHURNED' },
    {
      case: 'that has churned and never was placed cannot',
      status: 'CHURNED',
      standing: UNPLACED,
      code: 'ACCOUNT_CHURNED',
    },
  ])('$case', ({ status, standing, code }) => {
    const found = refusal(() => {
      checkOverridable({ values: { status }, standing });
    });
    expect(found).toEqual(code === null ? null : { code, field: ['account'] });
  });
});

describe('the status of an override', () => {
  const ENDS: Readonly<Partial<Record<OverrideStatus, Partial<Record<OverrideEndReason, OverrideStatus>>>>> =
    {
      REQUESTED: {
        DECISION: 'REJECTED',
        WITHDRAWAL: 'WITHDRAWN',
        EXPIRY: 'REJECTED',
        ACCOUNT_CHURNED: 'REJECTED',
      },
      ACTIVE: {
        DECISION: 'REVOKED',
        DATA_ERROR: 'REVOKED',
        TIER_REVIEW: 'REVOKED',
        SUPERSEDED: 'SUPERSEDED',
        EXPIRY: 'EXPIRED',
        ACCOUNT_CHURNED: 'REVOKED',
      },
    };

  test.each(
    OVERRIDE_STATUSES.flatMap((from) =>
      OVERRIDE_END_REASONS.map((reason) => ({ from, reason, to: ENDS[from]?.[reason] ?? 'refused' })),
    ),
  )('$from ended by $reason: $to', ({ from, reason, to }) => {
    const close = (): Override => closeOverride(override(from), act('manager'), reason, 'Why');
    if (to === 'refused') {
      expect(refusal(close)).toEqual({ code: 'WRONG_STATUS', field: ['overrideId'] });
    } else {
      expect(close()).toEqual({
        ...override(from),
        status: to,
        end: { act: act('manager'), reason, note: 'Why' },
      });
    }
  });

  test.each(OVERRIDE_STATUSES)('only a request can be decided or withdrawn, not one that is %s', (status) => {
    const works = [
      () => approveOverride(override(status), act('manager'), null, DEFAULT_MODEL),
      () => rejectOverride(override(status), act('manager'), 'No'),
      () => withdrawOverride(override(status), act('csm'), null),
    ];
    const expected = status === 'REQUESTED' ? null : { code: 'WRONG_STATUS', field: ['overrideId'] };
    expect(works.map(refusal)).toEqual([expected, expected, expected]);
  });

  test.each(OVERRIDE_STATUSES)('only an active one can be revoked, not one that is %s', (status) => {
    const revoke = (): Override => revokeOverride(override(status), act('manager'), 'DECISION', 'No');
    expect(refusal(revoke)).toEqual(
      status === 'ACTIVE' ? null : { code: 'WRONG_STATUS', field: ['overrideId'] },
    );
  });
});

describe('a decision about a request', () => {
  const request = requestOverride(TERMS, act('csm'));

  test('makes it active, and says who approved it', () => {
    expect(approveOverride(request, act('manager', '2028-03-05'), ' Fine ', DEFAULT_MODEL)).toEqual({
      ...request,
      status: 'ACTIVE',
      startedOn: '2028-03-05',
      decision: { act: act('manager', '2028-03-05'), note: 'Fine' },
    });
  });

  test('rejects it with a note', () => {
    expect(rejectOverride(request, act('manager'), 'Not a logo')).toEqual({
      ...request,
      status: 'REJECTED',
      decision: { act: act('manager'), note: 'Not a logo' },
      end: { act: act('manager'), reason: 'DECISION', note: 'Not a logo' },
    });
    expect(refusal(() => rejectOverride(request, act('manager'), ' '))).toEqual({
      code: 'REQUIRED',
      field: ['note'],
    });
  });

  test.each([
    ['approve', () => approveOverride(request, act('csm'), null, DEFAULT_MODEL)],
    ['reject', () => rejectOverride(request, act('csm'), 'Changed my mind')],
  ])('is nothing that the requester can %s, whatever the role by now', (_verb, decide) => {
    expect(refusal(decide)).toEqual({ code: 'OWN_REQUEST', field: ['overrideId'] });
  });

  test.each([
    { on: '2028-05-31', code: null },
    { on: '2028-06-01', code: 'INVALID_VALUE' },
    { on: '2028-06-02', code: 'INVALID_VALUE' },
  ])('looks at its expiry (2028-06-01) again: on $on $code', ({ on, code }) => {
    const found = refusal(() => approveOverride(request, act('manager', on), null, DEFAULT_MODEL));
    expect(found?.code ?? null).toBe(code);
  });

  test('looks at its tier again, which may have left the ladder', () => {
    const model = { ...DEFAULT_MODEL, tiers: DEFAULT_MODEL.tiers.filter(({ key }) => key !== 'core') };
    expect(refusal(() => approveOverride(request, act('manager'), null, model))).toEqual({
      code: 'INVALID_VALUE',
      field: ['overrideId'],
    });
  });
});

test('an override that is granted is active from the day on, and expires on its last one', () => {
  const active = startOverrideAtOnce(TERMS, act('manager'));
  expect(active).toMatchObject({ status: 'ACTIVE', startedOn: TODAY, decision: null, end: null });
  expect([isExpired(active, day('2028-05-31')), isExpired(active, day('2028-06-01'))]).toEqual([false, true]);
});

test('a revocation says why', () => {
  const active = startOverrideAtOnce(TERMS, act('manager'));
  expect(refusal(() => revokeOverride(active, act('manager'), 'DATA_ERROR', ''))).toEqual({
    code: 'REQUIRED',
    field: ['note'],
  });
  expect(revokeOverride(active, act('admin'), 'DATA_ERROR', 'Wrong account').end).toEqual({
    act: act('admin'),
    reason: 'DATA_ERROR',
    note: 'Wrong account',
  });
});
