import { COMMAND_LINE } from '../../src/app/actor';
import { DigitalProgramService, type ProgramResult } from '../../src/app/digital-program.service';
import { type DigitalProgram } from '../../src/domain/engagement-program';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { LivingBook } from '../support/living-book';
import { somebody } from '../support/override-book';

describe('digital programs', () => {
  let database: TestDatabase;
  let book: LivingBook;
  let service: DigitalProgramService;

  beforeEach(async () => {
    database = await createTestDatabase();
    book = new LivingBook(database, fixedClock('2026-01-05'));
    service = new DigitalProgramService(book.unitOfWork, book.clock);
    await book.seed({ A: { arr: '6000' }, B: { arr: '600' }, GONE: { arr: '600', status: 'CHURNED' } });
    book.on('2026-02-01');
  });
  afterEach(async () => {
    await database.drop();
  });

  const report = (externalId: string, program: DigitalProgram, running: boolean, since?: string) => ({
    account: { externalId },
    program,
    running,
    since: since === undefined ? null : day(since),
  });
  const said = (results: readonly ProgramResult[]): string[] =>
    results.map(({ outcome, errors }) => [outcome, ...errors.map(({ code }) => code)].join(' '));
  const periods = async (): Promise<string[]> => {
    const rows = await database.query<{ row: string }>(
      `SELECT concat_ws(' ', a.external_id, program, CASE WHEN running THEN 'on' ELSE 'off' END,
         from_on || '/' || coalesce(to_on::text, '')) AS row
       FROM digital_program d JOIN account a ON a.id = d.account_id ORDER BY d.id`,
    );
    return rows.map(({ row }) => row);
  };

  test('are told with their days, and keep their history', async () => {
    const first = [
      report('A', 'ONBOARDING', true, '2026-01-10'),
      report('A', 'NURTURE', false),
      report('B', 'ONBOARDING', true),
    ];
    expect(said(await service.set(COMMAND_LINE, first))).toEqual(['SET', 'SET', 'SET']);
    expect(said(await service.set(COMMAND_LINE, first))).toEqual(Array(3).fill('UNCHANGED'));
    book.on('2026-03-01');
    expect(said(await service.set(COMMAND_LINE, [report('A', 'ONBOARDING', false, '2026-02-20')]))).toEqual([
      'SET',
    ]);
    await book.account('B', { status: 'CHURNED' });
    expect(await periods()).toEqual([
      'A ONBOARDING on 2026-01-10/2026-02-20',
      'A NURTURE off 2026-02-01/',
      'B ONBOARDING on 2026-02-01/2026-03-01',
      'A ONBOARDING off 2026-02-20/',
    ]);
  });

  test('of a churned account that is back begin no earlier than the end of what ran before', async () => {
    await service.set(COMMAND_LINE, [report('A', 'ONBOARDING', true, '2026-01-10')]);
    await book.account('A', { status: 'CHURNED' });
    book.on('2026-03-01');
    await book.account('A', { status: 'ACTIVE' });
    const told = async (since: string): Promise<string[]> =>
      said(await service.set(COMMAND_LINE, [report('A', 'ONBOARDING', true, since)]));
    expect(await told('2026-01-31')).toEqual(['REFUSED INVALID_VALUE']);
    expect(await told('2026-02-01')).toEqual(['SET']);
    expect(await told('2026-02-01')).toEqual(['UNCHANGED']);
    expect(await periods()).toEqual(['A ONBOARDING on 2026-01-10/2026-02-01', 'A ONBOARDING on 2026-02-01/']);
  });

  test('are refused one by one, each for its own reason', async () => {
    await service.set(COMMAND_LINE, [report('A', 'ONBOARDING', true, '2026-01-20')]);
    const results = await service.set(COMMAND_LINE, [
      report('A', 'ONBOARDING', false, '2026-01-19'),
      report('A', 'NURTURE', true, '2026-02-02'),
      report('NOBODY', 'NURTURE', true),
      report('GONE', 'NURTURE', true),
      { ...report('A', 'NURTURE', true), account: {} },
      report('B', 'NURTURE', true),
      report('B', 'NURTURE', false),
    ]);
    expect(said(results)).toEqual([
      'REFUSED INVALID_VALUE',
      'REFUSED INVALID_VALUE',
      'REFUSED NOT_FOUND',
      'REFUSED ACCOUNT_CHURNED',
      'REFUSED REQUIRED',
      'SET',
      'REFUSED CONFLICT',
    ]);
    expect(await periods()).toEqual(['A ONBOARDING on 2026-01-20/', 'B NURTURE on 2026-02-01/']);
    const many = Array.from({ length: 501 }, () => report('A', 'NURTURE', true));
    await expect(service.set(COMMAND_LINE, many)).rejects.toMatchObject({ code: 'TOO_MANY_ITEMS' });
    await expect(service.set(somebody('CSM'), [])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await service.set(somebody('MANAGER'), [])).toEqual([]);
  });

  test('are told once for each key, also when 20 call at once', async () => {
    const call = () => service.set(COMMAND_LINE, [report('A', 'NURTURE', true)], 'one');
    const answers = await Promise.all(Array.from({ length: 20 }, call));
    expect(new Set(answers.map((answer) => said(answer).join()))).toEqual(new Set(['SET']));
    expect(await periods()).toEqual(['A NURTURE on 2026-02-01/']);
    await expect(service.set(COMMAND_LINE, [report('A', 'NURTURE', false)], 'one')).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_MISMATCH',
    });
  });
});
