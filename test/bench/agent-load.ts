import { Agent, request as send } from 'node:http';
import { type Request } from './contender';
import { isRefusal, type Load } from './load';

/** Presses without anything that has to be installed: for what is not about time. */
export const agentLoad: Load = async ({ url, requests, connections, seconds }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let failures = 0;
  let next = 0;
  const begun = performance.now();
  const isOver = (): boolean =>
    seconds === null ? next >= requests.length : performance.now() - begun >= seconds * 1_000;
  try {
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (!isOver()) {
          const asked = requests[next % requests.length];
          next += 1;
          const sent = performance.now();
          if (asked === undefined || !(await isAnswered(url, asked, agent))) failures += 1;
          times.push(performance.now() - sent);
        }
      }),
    );
  } finally {
    agent.destroy();
  }
  return { perSecond: (times.length * 1_000) / (performance.now() - begun), times, failures };
};

function isAnswered(url: string, { method, path, headers, body }: Request, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = send(`${url}${path}`, { method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve(response.statusCode === 200 && !isRefusal(Buffer.concat(chunks).toString()));
      });
    });
    sent.on('error', () => {
      resolve(false);
    });
    sent.end(body);
  });
}
