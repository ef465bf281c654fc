import { type AccountView, type HistoryView } from '../../app/ports/reads';
import { programOf } from '../../domain/engagement-program';
import { type Locale } from '../../domain/locale';
import { parseMoney } from '../../domain/money';
import { moveNews, type ServedTier } from '../../domain/move-message';
import { type TieringModel } from '../../domain/tiering-model';
import { type GraphqlContext } from '../context';
import { modelOfVersion } from '../tiering-model/tiers';
import { spoken } from './customer-view.node';
import { type MoveMessageType } from './customer-view.type';

/** What the customer is told of a move; null where it is no move, or one that changes no service. */
export async function moveMessage(
  moveId: string,
  locale: Locale,
  context: GraphqlContext,
): Promise<MoveMessageType | null> {
  const [move] = await context.reads.history.byIds([moveId]);
  if (move === undefined) return null;
  const [account] = await context.reads.accounts.byIds([move.accountId], ['name', 'arr']);
  const { name, arr } = account as AccountView & { readonly name: string; readonly arr: string | null };
  const served = await servedTiers(move, context);
  const news = moveNews(
    served(move.effectiveFrom),
    served(move.effectiveTo),
    arr === null ? null : parseMoney(arr),
  );
  if (news === null) return null;
  const { subject, body } = context.words.move(news, { name, on: move.occurredOn }, locale);
  return {
    locale,
    validFrom: move.occurredOn,
    subject,
    body,
    promises: spoken(news.promises, locale, context),
  };
}

/** The tiers of the model that the move was made under; a tier that it dropped is that of the one before. */
async function servedTiers(
  { modelVersion }: HistoryView,
  context: GraphqlContext,
): Promise<(key: string | null) => ServedTier | null> {
  const replaced = (await context.reads.models.info(modelVersion))?.replaces ?? null;
  const models: TieringModel[] = [
    await modelOfVersion(context, modelVersion),
    ...(replaced === null ? [] : [await modelOfVersion(context, replaced)]),
  ];
  return (key) => {
    const model = models.find(({ tiers }) => tiers.some((tier) => tier.key === key));
    const tier = model?.tiers.find((one) => one.key === key);
    return model && tier ? { rank: tier.rank, program: programOf(model, tier.key) } : null;
  };
}
