import { createHash } from 'node:crypto';
import { HttpError } from '../../src/server/http-errors';
import { TrustedDocuments } from '../../src/server/trusted-documents';
import { somebody } from '../support/override-book';

const hashOf = (text: string, algorithm = 'sha256'): string =>
  createHash(algorithm).update(text).digest('hex');

// The example of GraphQL over HTTP, appendix "Persisted Documents".
const EXAMPLE = 'query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}';
const EXAMPLE_ID = 'sha256:7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e';
const OTHER = '{ viewer { name } }';
const STRANGE = '{ viewer { role } }';

const script = somebody('VIEWER');
const person = { ...script, kind: 'PERSON' } as const;

describe('the document of a request', () => {
  const documents = [
    [null, EXAMPLE],
    [hashOf(OTHER, 'md5'), OTHER],
    // Whatever a manifest says, a hash is that of its text.
    [hashOf(EXAMPLE), OTHER],
  ] as const;
  const found = (id: unknown, query?: unknown, actor = script, onlyForPeople = false): unknown => {
    try {
      return new TrustedDocuments(documents, onlyForPeople).find(id, query, actor);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return `${error.statusCode} ${error.code}`;
    }
  };
  const trusted = (text: string) => ({ text, isTrusted: true });

  test.each<[string, unknown, unknown, unknown]>([
    ['its hash with the prefix', EXAMPLE_ID, undefined, trusted(EXAMPLE)],
    ['its bare hash', EXAMPLE_ID.slice(7), undefined, trusted(EXAMPLE)],
    ['the id of the manifest', hashOf(OTHER, 'md5'), undefined, trusted(OTHER)],
    ['the hash of a text with another id', hashOf(OTHER), undefined, trusted(OTHER)],
    ['its text', undefined, OTHER, trusted(OTHER)],
    ['its text, with null in the place of an id', null, OTHER, trusted(OTHER)],
    ['both', EXAMPLE_ID, EXAMPLE, trusted(EXAMPLE)],
    ['a text that is not known', undefined, STRANGE, { text: STRANGE, isTrusted: false }],
    ['a text that is not known and its hash', hashOf(STRANGE), STRANGE, { text: STRANGE, isTrusted: false }],
    ['neither', undefined, undefined, null],
    ['a hash that nothing has', hashOf(STRANGE), undefined, '400 DOCUMENT_NOT_FOUND'],
    ['a hash in capitals', EXAMPLE_ID.toUpperCase(), undefined, '400 DOCUMENT_NOT_FOUND'],
    ['a name of every object', 'constructor', undefined, '400 DOCUMENT_NOT_FOUND'],
    ['an id and another text', EXAMPLE_ID, OTHER, '400 BAD_REQUEST'],
    ['an id that is not known and a text', hashOf(STRANGE, 'md5'), STRANGE, '400 BAD_REQUEST'],
    ['an empty id', '', undefined, '400 BAD_REQUEST'],
    ['an id of spaces', 'a b', undefined, '400 BAD_REQUEST'],
    ['an id with two colons', 'sha256:a:b', undefined, '400 BAD_REQUEST'],
    ['an id with a line break', `${EXAMPLE_ID}\n`, undefined, '400 BAD_REQUEST'],
    ['an id that is too long', 'a'.repeat(201), undefined, '400 BAD_REQUEST'],
    ['a number', 7, undefined, '400 BAD_REQUEST'],
    ['a list', [EXAMPLE_ID], undefined, '400 BAD_REQUEST'],
  ])('is found by %s, or refused', (_title, id, query, expected) => {
    expect(found(id, query)).toEqual(expected);
  });

  test.each<[string, unknown, unknown, unknown, unknown]>([
    ['a known id', EXAMPLE_ID, undefined, trusted(EXAMPLE), trusted(EXAMPLE)],
    ['a known text', undefined, OTHER, trusted(OTHER), trusted(OTHER)],
    [
      'a text that is not known',
      undefined,
      STRANGE,
      '403 DOCUMENT_NOT_TRUSTED',
      { text: STRANGE, isTrusted: false },
    ],
    [
      'such a text with its hash',
      hashOf(STRANGE),
      STRANGE,
      '403 DOCUMENT_NOT_TRUSTED',
      { text: STRANGE, isTrusted: false },
    ],
    ['a known text with a space more', undefined, `${OTHER} `, '403 DOCUMENT_NOT_TRUSTED', expect.anything()],
    ['nothing', undefined, undefined, null, null],
  ])(
    'of people is a known one where nothing else is allowed: %s',
    (_title, id, query, ofPerson, ofScript) => {
      expect(found(id, query, person, true)).toEqual(ofPerson);
      expect(found(id, query, script, true)).toEqual(ofScript);
    },
  );
});
