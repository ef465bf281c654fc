import { createHash } from 'node:crypto';
import { type Actor } from '../app/actor';
import { HttpError } from './http-errors';

/** The prefix that GraphQL over HTTP gives to the SHA-256 of a document's text, in lower-case hexadecimal digits. */
const SHA256_PREFIX = 'sha256:';
/** What an identifier may be by GraphQL over HTTP; hashes of any kind are, with or without a prefix. */
const DOCUMENT_ID = /^[A-Za-z0-9._~-]+(:[A-Za-z0-9._~-]+)?$/;
const LONGEST_ID = 200;

/** Which document is to be run. */
export interface AskedDocument {
  readonly text: string;
  /** Whether it is a known one, which was checked when the server started. */
  readonly isTrusted: boolean;
}

/**
 * The documents that can be asked for by an identifier in the place of their text: by the one of the manifest, and by
 * the SHA-256 of the text with or without the prefix `sha256:`.
 */
export class TrustedDocuments {
  private readonly byId = new Map<string, string>();
  private readonly texts = new Set<string>();

  /**
   * @param documents the texts by their own identifiers, or null for those that have none but the hash
   * @param onlyForPeople whether people may ask for nothing else; scripts with API tokens always may
   */
  constructor(
    documents: Iterable<readonly [id: string | null, text: string]>,
    private readonly onlyForPeople = false,
  ) {
    for (const [id, text] of documents) {
      if (id !== null) this.byId.set(id, text);
      this.texts.add(text);
    }
    // Whatever others call their documents, a hash is that of its text.
    for (const text of this.texts) {
      const hash = sha256Of(text);
      this.byId.set(hash, text).set(SHA256_PREFIX + hash, text);
    }
  }

  /**
   * The document of a request by its identifier, its text, or both, where they are the same document. Throws HttpError:
   * 400 DOCUMENT_NOT_FOUND for an unknown identifier, 403 DOCUMENT_NOT_TRUSTED for a person's text that is not known
   * where only known ones are allowed, 400 for anything else. Null where neither is given.
   */
  find(id: unknown, query: unknown, actor: Actor): AskedDocument | null {
    const text = this.textOf(id, query);
    if (text === null) return null;
    const isTrusted = this.texts.has(text);
    if (!isTrusted && this.onlyForPeople && actor.kind === 'PERSON') {
      throw new HttpError(
        403,
        'people may ask for known documents alone here: send the documentId of one',
        'DOCUMENT_NOT_TRUSTED',
      );
    }
    return { text, isTrusted };
  }

  private textOf(id: unknown, query: unknown): string | null {
    const given = typeof query === 'string' ? query : null;
    if (id === undefined || id === null) return given;
    if (!isDocumentId(id)) throw new HttpError(400, `the documentId must be ${WHAT_IDS_ARE}`);
    const known = this.byId.get(id);
    if (given === null) {
      if (known !== undefined) return known;
      throw new HttpError(400, 'there is no document with this documentId', 'DOCUMENT_NOT_FOUND');
    }
    const isSame = known === undefined ? isHashOf(id, given) : known === given;
    if (!isSame)
      throw new HttpError(400, 'the documentId and the query are not known to be the same document');
    return given;
  }
}

/** What `isDocumentId` accepts, in words. */
export const WHAT_IDS_ARE = `a hash, such as ${SHA256_PREFIX} and 64 hexadecimal digits, or another text of at most ${LONGEST_ID} letters, digits and -._~`;

/** Whether it can be the identifier of a document. */
export function isDocumentId(id: unknown): id is string {
  return typeof id === 'string' && id.length <= LONGEST_ID && DOCUMENT_ID.test(id);
}

/** Whether the identifier has the prefix that promises the SHA-256 of the text. */
export function claimsHash(id: string): boolean {
  return id.startsWith(SHA256_PREFIX);
}

/** Whether the identifier is the SHA-256 of the text, with or without the prefix. */
export function isHashOf(id: string, text: string): boolean {
  const hash = claimsHash(id) ? id.slice(SHA256_PREFIX.length) : id;
  return hash === sha256Of(text);
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
