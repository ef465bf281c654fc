interface GraphqlBody {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** Objects of one of these alone are the value itself: a tier is its key, a list its nodes, a load its limit. */
const WRAPPERS: readonly string[] = ['key', 'nodes', 'limit', 'rows', 'value'];

/**
 * The only field of the answer, without what says nothing: wrappers, and user errors where there are none. Throws
 * where there are errors.
 */
export function graphqlAnswer(body: unknown): unknown {
  const { data, errors } = body as GraphqlBody;
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('; '));
  const [answer, ...more] = Object.values(data ?? {});
  if (answer === undefined || more.length > 0) throw new Error('an answer has one field');
  return plain(answer);
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const { userErrors, ...rest } = value as Record<string, unknown>;
  if (Array.isArray(userErrors) && userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  const entries = Object.entries(rest);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && WRAPPERS.includes(only[0])) return plain(only[1]);
  return Object.fromEntries(entries.map(([name, part]) => [name, plain(part)]));
}
