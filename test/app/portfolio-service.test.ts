import { stampOf } from '../../src/app/account.service';
import { type Actor, COMMAND_LINE } from '../../src/app/actor';
import { accountsInScope } from '../../src/app/portfolio-scope';
import { fixedClock } from '../support/clock';
import { createTestDatabase } from '../support/database';
import { day } from '../support/facts';
import { outcomes, StaffedBook } from '../support/staffed-book';

const MANAGER: Actor = { ...COMMAND_LINE, id: 'token:7', name: 'Mona', role: 'MANAGER' };
const CSM: Actor = { ...MANAGER, role: 'CSM' };

describe('portfolios', () => {
  let book: StaffedBook;

  beforeEach(async () => {
    book = new StaffedBook(await createTestDatabase(), fixedClock('2026-03-02'));
    await book.seed({
      TOP: { arr: '600000' },
      CORE: { arr: '30000' },
      SCALE: { arr: '6000' },
      TECH: { arr: '100' },
      GONE: { arr: '30000', status: 'CHURNED' },
    });
    await book.staff({
      anna: {},
      ben: {},
      left: { from: '2020-01-01', to: '2026-02-01' },
      soon: { from: '2026-04-01' },
      pam: { pool: 'east' },
    });
  });
  afterEach(async () => {
    await book.database.drop();
  });

  const nothingWritten = async (work: () => Promise<unknown>): Promise<void> => {
    const state = (): Promise<unknown[]> =>
      book.database.query(
        `SELECT (SELECT jsonb_agg(to_jsonb(o) ORDER BY id) FROM portfolio_assignment o) AS owners,
           (SELECT jsonb_agg(to_jsonb(e) ORDER BY csm_id, from_on) FROM csm_employment e) AS terms,
           (SELECT sum(version) FROM account) AS versions, (SELECT sum(version) FROM csm) AS csm_versions`,
      );
    const before = await state();
    await work();
    expect(await state()).toEqual(before);
  };

  test('each account gets whoever the rules of its tier let it have, and says who it was on any day', async () => {
    const first = await book.assign({
      TOP: { csm: 'anna', executiveSponsor: 'CEO' },
      CORE: { csm: 'ben' },
      SCALE: { pool: 'east' },
    });
    expect(outcomes(first)).toEqual(['ASSIGNED', 'ASSIGNED', 'ASSIGNED']);
    book.on('2026-05-01');
    expect(outcomes(await book.assign({ CORE: { pool: 'east' }, TOP: { csm: 'ben' } }))).toEqual([
      'ASSIGNED',
      'ASSIGNED',
    ]);
    expect(await book.owners()).toEqual([
      'CORE ben 2026-03-02/2026-05-01',
      'CORE east 2026-05-01/',
      'SCALE east 2026-03-02/',
      'TOP anna 2026-03-02/2026-05-01 CEO',
      'TOP ben 2026-05-01/ CEO',
    ]);
  });

  test.each<[string, string, Parameters<StaffedBook['assign']>[0][string], string]>([
    ['a pool for the top tier', 'TOP', { pool: 'east', executiveSponsor: 'CEO' }, 'COVERAGE_RULE pool'],
    ['no sponsor in the top tier', 'TOP', { csm: 'anna' }, 'COVERAGE_RULE executiveSponsor'],
    ['somebody for the lowest tier', 'TECH', { csm: 'anna' }, 'COVERAGE_RULE csm'],
    ['a churned account', 'GONE', { csm: 'anna' }, 'ACCOUNT_CHURNED account'],
    ['one who left', 'CORE', { csm: 'left' }, 'NOT_EMPLOYED csm'],
    ['one who left, for days before', 'CORE', { csm: 'left', from: day('2026-01-01') }, 'NOT_EMPLOYED csm'],
    ['one who has not begun', 'CORE', { csm: 'soon' }, 'NOT_EMPLOYED csm'],
    ['nobody known', 'CORE', { csm: 'nobody\0' }, 'NOT_FOUND csm'],
    ['a pool that is not there', 'CORE', { pool: 'west' }, 'NOT_FOUND pool'],
    ['an account that is not there', 'NONE', { csm: 'anna' }, 'NOT_FOUND externalId'],
    ['neither CSM nor pool', 'CORE', {}, 'REQUIRED csm'],
    ['both CSM and pool', 'CORE', { csm: 'anna', pool: 'east' }, 'REQUIRED csm'],
    ['a day after today', 'CORE', { csm: 'anna', from: day('2026-03-03') }, 'INVALID_VALUE from'],
    ['a version that is old', 'CORE', { csm: 'anna', expectedVersion: 7 }, 'STALE_VERSION expectedVersion'],
  ])('%s is refused and nothing is written', async (_, account, assignment, refused) => {
    await nothingWritten(async () => {
      expect(outcomes(await book.assign({ [account]: assignment }))).toEqual([`REFUSED ${refused}`]);
    });
  });

  test('a pool without members, and an account that comes twice, are refused', async () => {
    await book.csms.upsertPools(COMMAND_LINE, [{ externalId: 'empty', name: 'Empty' }]);
    const key = { account: { externalId: 'CORE' } };
    const results = await book.portfolios.assignAccounts(MANAGER, [
      { account: { externalId: 'SCALE' }, pool: 'empty' },
      { ...key, csm: 'anna' },
      { ...key, csm: 'ben' },
    ]);
    expect(outcomes(results)).toEqual([
      'REFUSED NOT_EMPLOYED pool',
      'ASSIGNED',
      'REFUSED DUPLICATE_EXTERNAL_ID account',
    ]);
  });

  test('the same again writes nothing, whoever asks for it', async () => {
    await book.assign({ TOP: { csm: 'anna', executiveSponsor: 'CEO' }, SCALE: { pool: 'east' } });
    await nothingWritten(async () => {
      const again = await book.assign({
        TOP: { csm: 'anna' },
        SCALE: { pool: 'east', executiveSponsor: null },
      });
      expect(outcomes(again)).toEqual(['UNCHANGED', 'UNCHANGED']);
    });
  });

  test('a past day corrects who it was since then, up to the next one', async () => {
    await book.assign({ CORE: { csm: 'anna', from: day('2026-01-01') } });
    await book.assign({ CORE: { csm: 'pam' } });
    await book.assign({ CORE: { csm: 'ben', from: day('2026-02-01') } });
    expect(await book.owners()).toEqual([
      'CORE anna 2026-01-01/2026-02-01',
      'CORE ben 2026-02-01/2026-03-02',
      'CORE pam 2026-03-02/',
    ]);
  });

  test('one who is replaced on the same day stays to be seen, but looked after it on no day', async () => {
    await book.assign({ CORE: { csm: 'anna' } });
    await book.assign({ CORE: { csm: 'ben' } });
    expect(await book.owners()).toEqual(['CORE anna 2026-03-02/2026-03-02', 'CORE ben 2026-03-02/']);
  });

  test('an account can be left to nobody, save in the top tier', async () => {
    await book.assign({ TOP: { csm: 'anna', executiveSponsor: 'CEO' }, CORE: { csm: 'anna' } });
    book.on('2026-03-10');
    const results = await book.assign({
      TOP: { unassign: true },
      CORE: { unassign: true },
      SCALE: { unassign: true },
    });
    expect(outcomes(results)).toEqual(['REFUSED COVERAGE_RULE unassign', 'UNASSIGNED', 'UNCHANGED']);
    expect(await book.owners()).toEqual(['CORE anna 2026-03-02/2026-03-10', 'TOP anna 2026-03-02/ CEO']);
  });

  test('an account that churns has nobody from that day on, whether its facts or its lines say so', async () => {
    await book.lines('SCALE', [{ start: '2026-01-01', end: '2026-06-01', arr: '6000' }]);
    await book.assign({ CORE: { csm: 'anna' }, SCALE: { pool: 'east' } });
    book.on('2026-04-01');
    await book.account('CORE', { status: 'CHURNED' });
    book.on('2026-06-02');
    await book.runDaily();
    await book.account('CORE', { status: 'ACTIVE' });
    expect(await book.owners()).toEqual([
      'CORE anna 2026-03-02/2026-04-01',
      'SCALE east 2026-03-02/2026-06-02',
    ]);
  });

  test('a move that no person makes leaves the owner as it is', async () => {
    await book.assign({ SCALE: { pool: 'east' } });
    await book.account('SCALE', { arr: '700000' });
    expect(await book.owners()).toEqual(['SCALE east 2026-03-02/']);
  });

  test('two at once: one wins, and the other is told that there is a newer version', async () => {
    const [{ version } = { version: 0 }] = await book.database.query<{ version: number }>(
      `SELECT version FROM account WHERE external_id = 'CORE'`,
    );
    const results = await Promise.all(
      ['anna', 'ben', 'pam', 'anna', 'ben'].map((csm) =>
        book.assign({ CORE: { csm, expectedVersion: version } }),
      ),
    );
    expect(results.flatMap(outcomes).sort()).toEqual([
      'ASSIGNED',
      ...Array.from({ length: 4 }, () => 'REFUSED STALE_VERSION expectedVersion'),
    ]);
    expect(await book.owners()).toHaveLength(1);
  });

  test('twenty equal calls with one key assign once and get one answer', async () => {
    const call = (): Promise<unknown> =>
      book.portfolios.assignAccounts(MANAGER, [{ account: { externalId: 'CORE' }, csm: 'anna' }], 'key-1');
    const answers = await Promise.all(Array.from({ length: 20 }, call));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await book.owners()).toEqual(['CORE anna 2026-03-02/']);
    await expect(
      book.portfolios.assignAccounts(MANAGER, [{ account: { externalId: 'CORE' }, csm: 'ben' }], 'key-1'),
    ).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_MISMATCH' });
  });

  test('only managers assign and employ people, and not more than 500 at once', async () => {
    await expect(book.assign({ CORE: { csm: 'anna' } }, CSM)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(book.csms.upsertCsms(CSM, [])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(
      book.csms.endEmployment(CSM, { csm: 'anna', on: day('2026-04-01'), successor: null }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const many = Array.from({ length: 501 }, () => ({ account: { externalId: 'CORE' }, csm: 'anna' }));
    await expect(book.portfolios.assignAccounts(MANAGER, many)).rejects.toMatchObject({
      code: 'TOO_MANY_ITEMS',
    });
  });

  describe('of one who leaves', () => {
    beforeEach(async () => {
      await book.assign({
        TOP: { csm: 'anna', executiveSponsor: 'CEO' },
        CORE: { csm: 'anna' },
        SCALE: { pool: 'east' },
      });
      book.on('2026-03-10');
    });
    const end = (
      csm: string,
      on: string,
      successor: Parameters<typeof book.csms.endEmployment>[1]['successor'],
    ) => book.csms.endEmployment(MANAGER, { csm, on: day(on), successor });

    test('go to the successor at once, or on the day itself where that is past', async () => {
      const { accountIds } = await end('anna', '2026-03-05', { kind: 'CSM', externalId: 'ben' });
      expect(accountIds).toHaveLength(2);
      expect(await book.owners()).toEqual([
        'CORE anna 2026-03-02/2026-03-05',
        'CORE ben 2026-03-05/',
        'SCALE east 2026-03-02/',
        'TOP anna 2026-03-02/2026-03-05 CEO',
        'TOP ben 2026-03-05/ CEO',
      ]);
      expect(outcomes(await book.assign({ SCALE: { csm: 'anna' } }))).toEqual(['REFUSED NOT_EMPLOYED csm']);
    });

    test.each<[string, () => Promise<unknown>, string]>([
      ['no successor', () => end('anna', '2026-06-01', null), 'SUCCESSOR_REQUIRED'],
      [
        'a pool for an account of the top tier',
        () => end('anna', '2026-06-01', { kind: 'POOL', externalId: 'east' }),
        'SUCCESSOR_REFUSED',
      ],
      [
        'a successor who left',
        () => end('anna', '2026-06-01', { kind: 'CSM', externalId: 'left' }),
        'SUCCESSOR_REFUSED',
      ],
      ['oneself', () => end('anna', '2026-06-01', { kind: 'CSM', externalId: 'anna' }), 'INVALID_VALUE'],
      ['one who left before', () => end('left', '2026-06-01', null), 'NOT_EMPLOYED'],
      ['the last member of a pool with accounts', () => end('pam', '2026-06-01', null), 'SUCCESSOR_REQUIRED'],
    ])('%s: refused as a whole', async (_, work, code) => {
      await nothingWritten(async () => {
        await expect(work()).rejects.toMatchObject({ code });
      });
    });

    test('the refusal names the accounts that cannot go', async () => {
      await expect(end('anna', '2026-06-01', { kind: 'POOL', externalId: 'east' })).rejects.toThrow(
        '1 accounts cannot go to "east": "TOP": accounts in Strategic need a named CSM, not a pool',
      );
    });

    test('go to the successor also where an automatic move has broken the rules of the tier', async () => {
      await book.account('CORE', { arr: '600000' });
      await book.account('TOP', { arr: '600001' });
      const { accountIds } = await end('anna', '2026-03-10', { kind: 'CSM', externalId: 'ben' });
      expect(accountIds).toHaveLength(2);
      await expect(end('ben', '2026-03-10', { kind: 'POOL', externalId: 'east' })).rejects.toMatchObject({
        code: 'SUCCESSOR_REFUSED',
      });
    });

    test('cannot be orphaned by changing the employment instead', async () => {
      await nothingWritten(async () => {
        const results = await book.csms.upsertCsms(MANAGER, [
          {
            externalId: 'anna',
            values: { employment: [{ from: day('2020-01-01'), to: day('2026-06-01'), fte: 100 as never }] },
          },
          { externalId: 'pam', values: { pools: [] } },
        ]);
        expect(results.map(({ errors }) => errors[0]?.code)).toEqual([
          'SUCCESSOR_REQUIRED',
          'SUCCESSOR_REQUIRED',
        ]);
      });
    });
  });

  describe('that a CSM may act on', () => {
    const scope = async (csm: string): Promise<string[]> => {
      const names = ['TOP', 'CORE', 'SCALE', 'TECH'];
      const ids = await Promise.all(names.map((name) => book.idOf('account', name)));
      const actor: Actor = { ...CSM, csmId: await book.idOf('csm', csm) };
      const own = await book.unitOfWork.run(stampOf(COMMAND_LINE, book.clock), (stores) =>
        accountsInScope(stores, actor, ids, book.clock.today()),
      );
      return names.filter((_, index) => own.has(ids[index] ?? ''));
    };
    beforeEach(async () => {
      await book.assign({
        TOP: { csm: 'anna', executiveSponsor: 'CEO' },
        CORE: { csm: 'ben' },
        SCALE: { pool: 'east' },
      });
    });

    test('are the own ones, those of the pools, and none of one who left', async () => {
      expect(await scope('anna')).toEqual(['TOP']);
      expect(await scope('pam')).toEqual(['SCALE']);
      expect(await scope('left')).toEqual([]);
    });

    test('are those of a CSM on leave as well, for the backup, and no longer than the leave', async () => {
      const leave = { csm: 'anna', from: day('2026-03-05'), to: day('2026-03-12'), backup: 'pam' };
      await book.csms.setLeave(MANAGER, leave);
      expect(await scope('pam')).toEqual(['SCALE']);
      book.on('2026-03-05');
      expect([await scope('pam'), await scope('ben')]).toEqual([['TOP', 'SCALE'], ['CORE']]);
      book.on('2026-03-12');
      expect(await scope('pam')).toEqual(['SCALE']);
      await expect(
        book.csms.setLeave(MANAGER, {
          ...leave,
          csm: 'ben',
          from: day('2026-03-20'),
          to: day('2026-03-25'),
          backup: 'nobody',
        }),
      ).rejects.toMatchObject({ code: 'NOT_FOUND', field: ['backup'] });
    });

    test('a leave that is taken back gives the backup nothing', async () => {
      await book.csms.setLeave(MANAGER, {
        csm: 'anna',
        from: day('2026-03-02'),
        to: day('2026-03-12'),
        backup: 'pam',
      });
      expect(await scope('pam')).toEqual(['TOP', 'SCALE']);
      await book.csms.cancelLeave(MANAGER, { csm: 'anna', from: day('2026-03-02') });
      expect(await scope('pam')).toEqual(['SCALE']);
    });
  });
});
