import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { getOperationAST, type GraphQLError, type GraphQLSchema, Kind, parse, validate } from 'graphql';
import { DocumentGate } from '../graphql/limits';
import { ConfigError } from './config';
import { MAX_QUERY_LENGTH } from './graphql-body';
import { claimsHash, isDocumentId, isHashOf, WHAT_IDS_ARE } from './trusted-documents';

const LARGEST_FILE = 20_000_000;

/**
 * Reads a manifest of trusted documents: a JSON object of texts by identifiers, as graphql-codegen's client preset and
 * relay-compiler write it. Each of them must be one that could be sent as a text. Throws ConfigError with a line for
 * each that is not.
 */
export function readManifest(file: string, schema: GraphQLSchema): (readonly [id: string, text: string])[] {
  const entries = entriesOf(file);
  const gate = new DocumentGate();
  const problems = entries.flatMap(([id, text]) => {
    const problem = problemOf(id, text, schema, gate);
    return problem === null ? [] : [`TRUSTED_DOCUMENTS: ${nameOf(id, text)} ${problem}`];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return entries.map(([id, text]) => [id, String(text)]);
}

function entriesOf(file: string): [id: string, text: unknown][] {
  const bytes = readBytes(file);
  if (bytes.length > LARGEST_FILE) throw unusable(file, `has more than ${LARGEST_FILE} bytes`);
  const manifest = parseJson(bytes);
  if (manifest === undefined) throw unusable(file, 'is not JSON in UTF-8');
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) {
    throw unusable(file, 'must hold a JSON object of documents by their ids');
  }
  return Object.entries(manifest);
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw unusable(file, `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function unusable(file: string, why: string): ConfigError {
  return new ConfigError([`TRUSTED_DOCUMENTS ${JSON.stringify(file)} ${why}`]);
}

/** What keeps the document from being run, or null. */
function problemOf(id: string, text: unknown, schema: GraphQLSchema, gate: DocumentGate): string | null {
  if (!isDocumentId(id)) return `has an id that is not ${WHAT_IDS_ARE}`;
  if (typeof text !== 'string') return 'is not a text';
  if (claimsHash(id) && !isHashOf(id, text)) return 'has another SHA-256 than its id says';
  if (text.length > MAX_QUERY_LENGTH) return `has more than ${MAX_QUERY_LENGTH} characters`;
  const refusal = gate.refusalOf(text);
  if (refusal) return `is too much: ${refusal.message}`;
  try {
    const document = parse(text);
    const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    if (operations.length === 0) return 'holds no operation';
    const [error] = validate(schema, document);
    return error ? `is not valid: ${placed(error)}` : null;
  } catch (error) {
    return `does not parse: ${placed(error as GraphQLError)}`;
  }
}

function placed({ message, locations }: GraphQLError): string {
  const [place] = locations ?? [];
  const line = message.replace(/\s+/g, ' ');
  return place ? `${line} (line ${place.line}, column ${place.column})` : line;
}

function nameOf(id: string, text: unknown): string {
  const short = JSON.stringify(id.slice(0, 100));
  try {
    const name = getOperationAST(parse(String(text)))?.name?.value;
    return name === undefined ? `the document ${short}` : `the document ${short} (${name})`;
  } catch {
    return `the document ${short}`;
  }
}
