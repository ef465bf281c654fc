import { type Actor } from '../app/actor';
import { withQuery } from './graphql-body';
import { HttpError } from './http-errors';
import { type AskedDocument, type TrustedDocuments } from './trusted-documents';

/** What a request says, by its method: in the address for GET, in the body for POST. */
export interface GraphqlRequest {
  readonly method: string;
  /** From the question mark on; empty without one. */
  readonly search: string;
  readonly body: unknown;
}

/** A request whose document is there as a text. */
export interface ReadRequest extends GraphqlRequest {
  readonly document: AskedDocument | null;
}

/** The request with its document in the place of a documentId. Throws HttpError as `TrustedDocuments.find` does. */
export function readRequest(request: GraphqlRequest, documents: TrustedDocuments, actor: Actor): ReadRequest {
  return request.method === 'GET'
    ? readSearch(request, documents, actor)
    : readBodyOf(request, documents, actor);
}

function readSearch(request: GraphqlRequest, documents: TrustedDocuments, actor: Actor): ReadRequest {
  const parameters = new URLSearchParams(request.search);
  const ids = parameters.getAll('documentId');
  if (ids.length > 1) throw new HttpError(400, 'send one documentId');
  const document = documents.find(ids[0], parameters.get('query'), actor);
  if (ids.length === 0 || document === null) return { ...request, document };
  parameters.delete('documentId');
  // A second query stays, for Apollo to refuse.
  if (!parameters.has('query')) parameters.set('query', document.text);
  return { ...request, search: `?${parameters.toString()}`, document };
}

function readBodyOf(request: GraphqlRequest, documents: TrustedDocuments, actor: Actor): ReadRequest {
  const { body } = request;
  if (typeof body !== 'object' || body === null) throw new HttpError(400, 'the body needs a query');
  const { query, documentId } = body as { readonly query?: unknown; readonly documentId?: unknown };
  const document = documents.find(documentId, query, actor);
  if (document === null || !('documentId' in body)) return { ...request, document };
  return { ...request, body: withQuery(body, document.text), document };
}
