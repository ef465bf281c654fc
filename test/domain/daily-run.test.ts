import { addDays } from '../../src/domain/calendar';
import { dueDays } from '../../src/domain/daily-run';
import { day } from '../support/facts';

describe('the days whose runs are due', () => {
  const TODAY = '2028-03-02';

  test.each<[string, string | null, string | null, string[], number]>([
    ['a book without any run starts with today', null, null, ['2028-03-02'], 0],
    ['a first run that broke off goes on where it was', null, '2028-03-01', ['2028-03-01', '2028-03-02'], 0],
    ['yesterday is done, today is due', '2028-03-01', null, ['2028-03-02'], 0],
    ['today is done, nothing is due', '2028-03-02', null, [], 0],
    [
      'days of downtime come in order, leap day included',
      '2028-02-27',
      null,
      ['2028-02-28', '2028-02-29', '2028-03-01', '2028-03-02'],
      0,
    ],
    ['a run that broke off is one of them', '2028-02-29', '2028-03-01', ['2028-03-01', '2028-03-02'], 0],
    [
      'an old day that was asked for again and broke off is not',
      '2028-03-01',
      '2028-01-01',
      ['2028-03-02'],
      0,
    ],
  ])('%s', (_, lastFinished, firstUnfinished, days, skipped) => {
    const progress = {
      lastFinished: lastFinished === null ? null : day(lastFinished),
      firstUnfinished: firstUnfinished === null ? null : day(firstUnfinished),
    };
    expect(dueDays(progress, day(TODAY))).toEqual({ days, skipped });
  });

  test('of a gap of more than 400 days only the last 400 are run, and the others counted', () => {
    const today = day(TODAY);
    const justFits = dueDays({ lastFinished: addDays(today, -400), firstUnfinished: null }, today);
    expect([justFits.days.length, justFits.skipped]).toEqual([400, 0]);
    const tooLong = dueDays({ lastFinished: addDays(today, -410), firstUnfinished: null }, today);
    expect([tooLong.days.length, tooLong.days[0], tooLong.days.at(-1), tooLong.skipped]).toEqual([
      400,
      addDays(today, -399),
      today,
      10,
    ]);
  });
});
