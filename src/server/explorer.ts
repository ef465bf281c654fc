import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** An example in the explorer; its tab is named after the operation. */
export interface ExplorerTab {
  readonly name: string;
  readonly query: string;
  /** JSON. */
  readonly variables?: string;
}

interface Page {
  readonly compressed: Buffer;
  readonly etag: string;
  readonly policy: string;
}

/**
 * Serves GraphiQL at `/` as one page without any other host. A token in the address (`/#token=...`) goes into the
 * headers of every request; the browser never sends that part to a server, and keeps it for this tab only.
 */
export function registerExplorer(app: FastifyInstance, tabs: readonly ExplorerTab[]): void {
  let page: Promise<Page> | undefined;
  app.get('/', async (request, reply) => {
    const { compressed, etag, policy } = await (page ??= renderPage(tabs));
    void reply.headers({
      'cache-control': 'no-cache',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      etag,
      vary: 'accept-encoding',
    });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    void reply.type('text/html; charset=utf-8');
    if (!/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(request.headers['accept-encoding'] ?? '')) {
      return reply.send(await decompress(compressed));
    }
    return reply.header('content-encoding', 'gzip').send(compressed);
  });
}

/** GraphiQL is as high as the window; with the margin that browsers give pages it would be too large for it. */
const WHOLE_WINDOW = '<style>body { margin: 0; overflow: hidden; }</style>';

// 9 MB of GraphiQL: loaded when somebody opens it, kept compressed.
async function renderPage(tabs: readonly ExplorerTab[]): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const marker = { title: 'Tierbook', endpoint: '/graphql' };
  const parts = renderGraphiQL(marker).split(JSON.stringify(marker));
  const [before, after] = parts;
  if (before === undefined || after === undefined || parts.length !== 2) {
    throw new Error('the page of GraphiQL does not have the form that its options are put into');
  }
  const head = `<head>${WHOLE_WINDOW}<script>${optionsScript(tabs)}</script>`;
  const html = `${before.trimStart().replace('<head>', () => head)}tierbookOptions()${after}`;
  return {
    compressed: await compress(html),
    etag: `"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"`,
    policy: policyFor(html),
  };
}

function optionsScript(tabs: readonly ExplorerTab[]): string {
  const options = {
    title: 'Tierbook',
    endpoint: '/graphql',
    subscriptionsProtocol: 'WS',
    shouldPersistHeaders: false,
    defaultTabs: tabs.map(({ name, query, variables }) => ({
      query: query.trimStart().startsWith('#') ? query : `# ${name}\n${query}`,
      variables: variables ?? null,
    })),
  };
  // "<" would end the script where an example holds "</script>".
  const json = JSON.stringify(options).replaceAll('<', '\\u003c');
  return `
    function tierbookOptions() {
      const options = ${json};
      const given = /[#&]token=([^&]+)/.exec(location.hash);
      if (given) {
        sessionStorage.setItem('tierbook-token', decodeURIComponent(given[1]));
        history.replaceState(null, '', location.pathname + location.search);
      }
      const token = sessionStorage.getItem('tierbook-token') || 'put-your-token-here';
      const connectionParams = { Authorization: 'Bearer ' + token };
      const headers = JSON.stringify(connectionParams, null, 2);
      return { ...options, headers, connectionParams, defaultTabs: options.defaultTabs.map((tab) => ({ ...tab, headers })) };
    }`;
}

// GraphiQL styles its elements as it goes, and starts its editors' workers from blobs.
function policyFor(html: string): string {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script = '']) => script);
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src ${hashes.join(' ')}`,
    "style-src 'unsafe-inline'",
    'worker-src blob:',
    "img-src 'self' data:",
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
