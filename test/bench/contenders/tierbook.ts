import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BuiltServer } from '../../soak/built-server';
import { type Contender } from '../contender';
import { graphqlAnswer } from '../graphql-answer';
import { TIERBOOK_DOCUMENTS } from './documents';
import { graphqlRequest } from './graphql-request';

export const TIERBOOK = 'Tierbook';

const PROGRAM = join(__dirname, '../../../dist/src/cli/tierbook.js');

/** The built product as a deployment runs it, asked with a stored token. */
export async function startTierbook(databaseUrl: string): Promise<Contender & { readonly pid: number }> {
  const token = await managerToken(databaseUrl);
  const server = await BuiltServer.start(databaseUrl, randomBytes(16).toString('hex'));
  return { ...tierbookAt(server.url, token, () => server.stop()), pid: server.pid };
}

async function managerToken(databaseUrl: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [PROGRAM, 'token', 'create', '--name', 'bench', '--role', 'MANAGER'],
    { env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl } },
  );
  return stdout.trim();
}

/** Tierbook at an address. */
export function tierbookAt(url: string, token: string, stop: () => Promise<void>): Contender {
  const headers = { authorization: `Bearer ${token}` };
  return {
    name: TIERBOOK,
    url,
    requestFor: (question, variables) => graphqlRequest(TIERBOOK_DOCUMENTS, question, variables, headers),
    read: (_question, body) => graphqlAnswer(body),
    stop,
  };
}
