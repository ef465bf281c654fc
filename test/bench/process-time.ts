import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel shows the time of processes in: USER_HZ, which is the same on every machine that Node runs on. */
const TICKS_A_SECOND = 100;

interface Times {
  readonly parent: number;
  readonly own: number;
  /** Of its children that have ended. */
  readonly ended: number;
}

/** Seconds of CPU that a process and its children have taken, those included that have ended. Linux alone tells. */
export function cpuSecondsOf(pid: number): number {
  const itself = timesOf(pid);
  if (itself === null) throw new Error(`there is no process ${pid}`);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => timesOf(Number(name)) ?? [])
    .filter(({ parent }) => parent === pid);
  return itself.own + itself.ended + children.reduce((sum, { own, ended }) => sum + own + ended, 0);
}

/** Null where it has ended. */
function timesOf(pid: number): Times | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The name before it may hold blanks; see proc(5) for the places.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parent, user, system, endedUser, endedSystem] = [1, 11, 12, 13, 14].map((at) => Number(fields[at]));
  return {
    parent: parent ?? 0,
    own: ((user ?? 0) + (system ?? 0)) / TICKS_A_SECOND,
    ended: ((endedUser ?? 0) + (endedSystem ?? 0)) / TICKS_A_SECOND,
  };
}
