import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { codeOf } from './embedded-postgres-error';
import { waitUntil } from './waiting';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in whatever unit the system keeps. */
  readonly started: string;
}

const onLinux = process.platform === 'linux';

/** Who runs under this number now; undefined when nobody does (a zombie counts as nobody). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const [state, started] = onLinux ? statOf(pid) : psStatOf(pid);
  if (state === undefined || started === undefined || /^[ZX]/.test(state)) return undefined;
  return { pid, started };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.started === identity.started;
}

/**
 * Is this process the postmaster of our cluster? Numbers get reused, so the name that was given to it on its
 * command line decides. The supervising shell has the same words but another program.
 */
export function isPostmasterOf(pid: number, clusterName: string): boolean {
  if (!identifyProcess(pid)) return false;
  const command = commandOf(pid);
  return !command.startsWith('/bin/sh ') && `${command} `.includes(`cluster_name=${clusterName} `);
}

/** Is this a PostgreSQL server that somebody started by hand, perhaps on our cluster? */
export function isHandStartedPostmaster(pid: number): boolean {
  if (!identifyProcess(pid)) return false;
  const command = commandOf(pid);
  return /^(\S*\/)?(postgres|postmaster)( |$)/.test(command) && !command.includes(' cluster_name=tierbook-');
}

/** The server processes of the cluster besides its postmaster; PostgreSQL puts the cluster's name in their titles. */
export function backendsOf(clusterName: string): number[] {
  const title = `postgres: ${clusterName}:`;
  return allProcesses()
    .filter(({ pid, command }) => command.startsWith(title) && identifyProcess(pid) !== undefined)
    .map(({ pid }) => pid);
}

/** Fast shutdown of a postmaster by its verified number, then immediate, then none too gentle; false if it stays. */
export async function stopPostmaster(pid: number, clusterName: string): Promise<boolean> {
  const steps = [
    ['SIGINT', 30_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const;
  for (const [signal, patience] of steps) {
    if (!isPostmasterOf(pid, clusterName)) return true;
    sendSignal(pid, signal);
    if (await waitUntil(() => !isPostmasterOf(pid, clusterName), patience)) return true;
  }
  return false;
}

/** After a postmaster died: its orphans leave by themselves at once unless they are in the middle of work. */
export async function clearBackends(clusterName: string): Promise<void> {
  const gone = (): boolean => backendsOf(clusterName).length === 0;
  for (const [signal, patience] of [
    [undefined, 3_000],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (signal) for (const pid of backendsOf(clusterName)) sendSignal(pid, signal);
    if (await waitUntil(gone, patience)) return;
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone in the meantime is what we wanted; not ours to signal shows when it does not go.
    if (codeOf(error) !== 'ESRCH' && codeOf(error) !== 'EPERM') throw error;
  }
}

function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name stands in parentheses and may contain any character, so count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [fields[0] ?? 'X', fields[19] ?? ''];
  } catch {
    return [];
  }
}

function psStatOf(pid: number): string[] {
  const [state, ...started] = ps('-o', 'stat=', '-o', 'lstart=', '-p', String(pid)).trim().split(/\s+/);
  return state ? [state, started.join(' ')] : [];
}

function commandOf(pid: number): string {
  if (!onLinux) return ps('-ww', '-o', 'command=', '-p', String(pid)).trim();
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

function allProcesses(): { pid: number; command: string }[] {
  if (onLinux) {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map((name) => ({ pid: Number(name), command: commandOf(Number(name)) }));
  }
  const lines = ps('-axww', '-o', 'pid=', '-o', 'command=').split('\n');
  return lines.map((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid), command: command ?? '' };
  });
}

function ps(...args: string[]): string {
  try {
    return execFileSync('/bin/ps', args, {
      encoding: 'utf8',
      timeout: 5_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}
