import { join } from 'node:path';
import { type Contender, type Request } from '../contender';
import { ContenderProcess } from '../contender-process';
import { type Question, type Variables } from '../question';

export const BARE = 'bare node:http + pg';

/** As Tierbook's own process, but for what only the harness needs. */
const NODE_FLAGS = ['--max-semi-space-size=64', '-r', '@swc-node/register'];

/** The bare handler in a process of its own. */
export async function startBare(databaseUrl: string): Promise<Contender> {
  const program = join(__dirname, 'bare-process.ts');
  const running = await ContenderProcess.start(program, { databaseUrl, execArgv: NODE_FLAGS });
  return bareAt(running.url, () => running.stop());
}

/** The bare handler at an address. */
export function bareAt(url: string, stop: () => Promise<void>): Contender {
  return { name: BARE, url, requestFor, read: (_question, body) => body, stop };
}

function requestFor(question: Question, variables: Variables): Request {
  if (question === 'override') {
    const headers = { 'content-type': 'application/json' };
    return { method: 'POST', path: '/override', headers, body: JSON.stringify(variables) };
  }
  const argument = Object.values(variables).map((value) => `/${encodeURIComponent(value)}`);
  return { method: 'GET', path: `/${question}${argument.join('')}`, headers: {} };
}
