import { runFaults } from './fault-run';

// Processes and databases come and go here; what is waited for decides, not how long it takes.
jest.setTimeout(600_000);

test('nothing acknowledged is lost, nothing is done twice and every event arrives while servers and databases are killed', async () => {
  const { findings, figures } = await runFaults({
    seconds: 20,
    seed: 'the short form',
    withWorkers: false,
    say: () => undefined,
  });
  expect(findings).toEqual([]);
  expect(Number(figures.acknowledged)).toBeGreaterThan(20);
});
