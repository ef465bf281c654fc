import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuSecondsOf } from './process-time';

/** Takes a tenth of a second of CPU, and ends. */
const BUSY = 'while (process.cpuUsage().user < 100_000);';
const onLinux = process.platform === 'linux' ? test : test.skip;

describe('time of a CPU', () => {
  onLinux('is that of the process itself', () => {
    const { user, system } = process.cpuUsage();
    expect(cpuSecondsOf(process.pid)).toBeGreaterThanOrEqual((user + system) / 1_000_000 - 0.02);
  });

  onLinux('is that of its children, too, while they run and after', async () => {
    const before = cpuSecondsOf(process.pid);
    execFileSync(process.execPath, ['-e', BUSY]);
    const ended = cpuSecondsOf(process.pid);
    expect(ended - before).toBeGreaterThanOrEqual(0.08);
    const child = spawn(process.execPath, ['-e', `${BUSY} console.log(); setInterval(() => {}, 1_000)`]);
    await once(child.stdout, 'data');
    expect(cpuSecondsOf(process.pid) - ended).toBeGreaterThanOrEqual(0.08);
    child.kill();
    await once(child, 'exit');
  });

  onLinux('of nobody cannot be told', () => {
    expect(() => cpuSecondsOf(2 ** 30)).toThrow('there is no process 1073741824');
  });
});
