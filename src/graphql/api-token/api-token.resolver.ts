import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type TokenView } from '../../app/ports/token-list';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { type CsmNode } from '../csm/csm.node';
import { CsmType } from '../csm/csm.type';
import { keyOf } from '../ids';
import { selectionOf } from '../look-ahead';
import { type Ordering, readPage } from '../page';
import { refusedWith } from '../payload';
import { loadRelation } from '../relation';
import { API_TOKEN_RELATIONS } from '../relations';
import {
  ApiTokenConnection,
  ApiTokensArgs,
  ApiTokenType,
  CreateApiTokenInput,
  CreateApiTokenPayload,
  RevokeApiTokenInput,
  RevokeApiTokenPayload,
} from './api-token.type';

const NEWEST_FIRST: Ordering = { fingerprint: 'api_token newest first', kinds: ['bigint'] };

@Resolver(() => ApiTokenType)
export class ApiTokenResolver {
  @Query(() => ApiTokenConnection, {
    description: 'The API tokens, revoked and expired ones too, the newest first. Needs the role ADMIN.',
  })
  async apiTokens(
    @Args(() => ApiTokensArgs) { where, ...page }: ApiTokensArgs,
    @Ctx() { actor, tokens }: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<TokenView>> {
    return readPage<TokenView>(page, NEWEST_FIRST, selectionOf(info), {
      rows: (window) => tokens.page(actor, where ?? {}, window),
      count: () => tokens.count(actor, where ?? {}),
    });
  }

  // Without an idempotency key: the answer would have to be kept, and the text of the token with it.
  @Mutation(() => CreateApiTokenPayload, {
    description:
      'Makes an API token and shows its text this once. Sent twice it makes two tokens. Needs the role ADMIN.',
  })
  async createApiToken(
    @Arg('input', () => CreateApiTokenInput, { description: 'The token.' }) input: CreateApiTokenInput,
    @Ctx() { actor, tokens }: GraphqlContext,
  ): Promise<CreateApiTokenPayload> {
    const { name, role, expiresAt = null, csm = null } = input;
    return refusedWith<CreateApiTokenPayload>(
      async () => {
        const { token, text } = await tokens.create(actor, name, role, expiresAt, csm);
        const [view] = await tokens.byIds(actor, [token.id]);
        return { token: view ?? null, text, userErrors: [] };
      },
      (userErrors) => ({ token: null, text: null, userErrors }),
    );
  }

  @Mutation(() => RevokeApiTokenPayload, {
    description:
      'Revokes an API token: the next request with it is refused. Sending it again changes nothing. Needs the role ADMIN.',
  })
  async revokeApiToken(
    @Arg('input', () => RevokeApiTokenInput, { description: 'Which token.' }) { id }: RevokeApiTokenInput,
    @Ctx() { actor, tokens }: GraphqlContext,
  ): Promise<RevokeApiTokenPayload> {
    return refusedWith<RevokeApiTokenPayload>(
      async () => {
        const key = keyOf('ApiToken', id);
        await tokens.revokeById(actor, key);
        const [view] = key === null ? [] : await tokens.byIds(actor, [key]);
        return { token: view ?? null, userErrors: [] };
      },
      (userErrors) => ({ token: null, userErrors }),
    );
  }

  @FieldResolver(() => CsmType, {
    nullable: true,
    description: 'The CSM whose portfolio is its own; null for none.',
  })
  csm(
    @Root() token: TokenView,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CsmNode | null> {
    return loadRelation(API_TOKEN_RELATIONS.csm, token, {}, context, info);
  }
}
