import { ProviderError } from './provider-error';

const LARGEST_DOCUMENT = 512 * 1024;

/**
 * Fetches a JSON document from exactly this address: redirects are not followed, the size is bounded, and the time
 * by the signal. Throws ProviderError.
 */
export async function fetchProviderDocument(url: URL, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(url, {
      signal,
      redirect: 'manual',
      headers: { accept: 'application/json' },
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new ProviderError(`${url.href} answers ${response.status} instead of 200`);
    }
    return JSON.parse(await readText(response, url)) as unknown;
  } catch (error) {
    throw error instanceof ProviderError ? error : new ProviderError(`${url.href} ${reasonOf(error)}`);
  }
}

async function readText(response: Response, url: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early gives the connection up.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > LARGEST_DOCUMENT) {
      throw new ProviderError(`${url.href} answers with more than ${LARGEST_DOCUMENT} bytes`);
    }
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}

function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'does not answer with JSON';
  const { name, code, cause } = error as { name?: unknown; code?: unknown; cause?: { code?: unknown } };
  if (name === 'TimeoutError' || name === 'AbortError') return 'does not answer in time';
  // fetch says why only in the cause.
  const why = cause?.code ?? code;
  return typeof why === 'string' ? `cannot be read (${why})` : 'cannot be read';
}
