import { isReadable } from '../domain/account-field';
import { DomainError } from '../domain/errors';
import { stampOf } from './account.service';
import { type Actor, authorise, type Role, SYSTEM } from './actor';
import { type Clock } from './ports/clock';
import { type Window } from './ports/reads';
import { type Secrets } from './ports/secrets';
import { type StoredToken, type Stores, type UnitOfWork } from './ports/stores';
import { type TokenFilter, type TokenListReads, type TokenView } from './ports/token-list';

const LONGEST_NAME = 100;

/** Tokens for scripts: only their hashes are kept, so a text is shown once and never again. */
export class TokenService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly secrets: Secrets,
    private readonly list: TokenListReads,
  ) {}

  /**
   * Makes a token with a role.
   *
   * @param expiresAt the moment from which it is refused, ISO 8601 in UTC; null for one that does not expire
   * @param csm the external id of the CSM whose portfolio is its own; the role CSM needs one
   * Throws FORBIDDEN, NOT_FOUND, REQUIRED or INVALID_VALUE.
   */
  async create(
    actor: Actor,
    name: string,
    role: Role,
    expiresAt: string | null,
    csm: string | null = null,
  ): Promise<{ readonly token: StoredToken; readonly text: string }> {
    authorise(actor, 'MANAGE_TOKENS');
    const trimmed = name.trim();
    if (trimmed === '')
      throw new DomainError('REQUIRED', 'give the token a name, such as "dashboard"', ['name']);
    if (trimmed.length > LONGEST_NAME || !isReadable(trimmed)) {
      const rule = `name must have at most ${LONGEST_NAME} readable characters`;
      throw new DomainError('INVALID_VALUE', rule, ['name']);
    }
    if (expiresAt !== null && expiresAt <= this.clock.now()) {
      throw new DomainError('INVALID_VALUE', 'the token would have expired already; give a later day', [
        'expiresAt',
      ]);
    }
    if (role === 'CSM' && csm === null) {
      throw new DomainError('REQUIRED', 'a token of the role CSM needs the CSM whose portfolio is its own', [
        'csm',
      ]);
    }
    const { text, prefix } = this.secrets.newToken();
    const hash = this.secrets.hash(text);
    const stamp = stampOf(actor, this.clock);
    const token = await this.unitOfWork.run(stamp, async (stores) => {
      const csmId = csm === null ? null : await idOfCsm(stores, csm);
      return stores.tokens.create({ name: trimmed, role, csmId, prefix, hash, expiresAt });
    });
    return { token, text };
  }

  /** Revokes the tokens of a name or a prefix at once and gives them. Throws FORBIDDEN or NOT_FOUND. */
  async revoke(actor: Actor, nameOrPrefix: string): Promise<StoredToken[]> {
    authorise(actor, 'MANAGE_TOKENS');
    const stamp = stampOf(actor, this.clock);
    const revoked = await this.unitOfWork.run(stamp, (stores) =>
      stores.tokens.revoke(nameOrPrefix, stamp.now),
    );
    if (revoked.length === 0) {
      throw new DomainError('NOT_FOUND', `no usable token has the name or prefix "${nameOrPrefix}"`, [
        'name',
      ]);
    }
    return revoked;
  }

  /**
   * Revokes one token at once; one that is revoked already stays as it is. Throws FORBIDDEN, or NOT_FOUND.
   *
   * @param id null for what is no id of a token
   */
  async revokeById(actor: Actor, id: string | null): Promise<void> {
    authorise(actor, 'MANAGE_TOKENS');
    const stamp = stampOf(actor, this.clock);
    const found =
      id !== null && (await this.unitOfWork.run(stamp, (stores) => stores.tokens.revokeById(id, stamp.now)));
    if (!found) throw new DomainError('NOT_FOUND', 'there is no such token; apiTokens lists them', ['id']);
  }

  /** A window of the stored tokens, the newest first. Throws FORBIDDEN. */
  async page(actor: Actor, where: TokenFilter, window: Window): Promise<TokenView[]> {
    authorise(actor, 'MANAGE_TOKENS');
    return this.list.page(where, window, this.clock.now());
  }

  /** How many tokens there are. Throws FORBIDDEN. */
  async count(actor: Actor, where: TokenFilter): Promise<number> {
    authorise(actor, 'MANAGE_TOKENS');
    return this.list.count(where, this.clock.now());
  }

  /** The tokens with these ids, in any order. Throws FORBIDDEN. */
  async byIds(actor: Actor, ids: readonly string[]): Promise<TokenView[]> {
    authorise(actor, 'MANAGE_TOKENS');
    return this.list.byIds(ids, this.clock.now());
  }

  /** Notes that a token let somebody in: no act of an actor, so nobody is asked for a permission. */
  async noteUse(id: string): Promise<void> {
    const stamp = stampOf(SYSTEM, this.clock);
    await this.unitOfWork.run(stamp, (stores) => stores.tokens.noteUse(id, stamp.now));
  }
}

async function idOfCsm(stores: Stores, externalId: string): Promise<string> {
  const csm = (await stores.csms.byExternalIds([externalId])).get(externalId);
  if (csm === undefined) throw new DomainError('NOT_FOUND', `there is no CSM "${externalId}"`, ['csm']);
  return csm.id;
}
