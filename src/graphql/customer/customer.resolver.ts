import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { DomainError } from '../../domain/errors';
import { type Locale, localeOf, LOCALES } from '../../domain/locale';
import { type GraphqlContext } from '../context';
import { keyOf } from '../ids';
import { customerView } from './customer-view.node';
import { CustomerViewType, MoveMessageType } from './customer-view.type';
import { moveMessage } from './move-message.node';

/** What customers may know (spec section 11). */
@Resolver()
export class CustomerResolver {
  @Query(() => CustomerViewType, {
    nullable: true,
    description: 'What a customer may know about the service; null for an account in no tier.',
  })
  async customerView(
    @Arg('accountId', () => ID, { description: 'The account.' }) accountId: string,
    @Arg('locale', () => String, {
      defaultValue: 'en',
      description: 'The language of the words: de, en, id, ms or pt, also with a country such as pt-BR.',
    })
    locale: string,
    @Ctx() context: GraphqlContext,
  ): Promise<CustomerViewType | null> {
    const key = keyOf('Account', accountId);
    const language = languageOf(locale);
    return key === null ? null : customerView(key, language, context);
  }

  @Query(() => MoveMessageType, {
    nullable: true,
    description:
      'The words for a customer when service changes: positive on the way up, neutral on the way down. Null where nothing changes for the customer.',
  })
  async moveMessage(
    @Arg('moveId', () => ID, { description: 'A row of the tier history, as tierMoves gives it.' })
    moveId: string,
    @Arg('locale', () => String, {
      description: 'The language of the words: de, en, id, ms or pt, also with a country such as pt-BR.',
    })
    locale: string,
    @Ctx() context: GraphqlContext,
  ): Promise<MoveMessageType | null> {
    const key = keyOf('TierHistoryEntry', moveId);
    const language = languageOf(locale);
    return key === null ? null : moveMessage(key, language, context);
  }
}

function languageOf(tag: string): Locale {
  const locale = localeOf(tag);
  if (locale !== null) return locale;
  throw new DomainError('INVALID_VALUE', `locale must be one of ${LOCALES.join(', ')}`, ['locale']);
}
