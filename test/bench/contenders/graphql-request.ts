import { type Request } from '../contender';
import { type Question, type Variables } from '../question';

/** The request of a document that was written for the question; null where there is none. */
export function graphqlRequest(
  documents: Partial<Readonly<Record<Question, string>>>,
  question: Question,
  variables: Variables,
  headers: Readonly<Record<string, string>> = {},
): Request | null {
  const query = documents[question];
  if (query === undefined) return null;
  return {
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  };
}
