import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type LoggedItem, type TouchIds } from '../../app/touch.service';
import { DomainError } from '../../domain/errors';
import { accountKey } from '../account/account-key';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { readAccounts } from '../account/changed-accounts';
import { type GraphqlContext } from '../context';
import { userErrorOf } from '../errors';
import { keyOf } from '../ids';
import { type Selection, selectionOf } from '../look-ahead';
import { UserError } from '../node';
import { finderOf, Refusable, refusedWith, resultsWith } from '../payload';
import { loadRelations } from '../relation';
import { LOGGED_TOUCH_RELATIONS } from '../relations';
import { LogTouchesInput, LogTouchInput, type TouchInput, UndoTouchInput } from './touch.input';
import { type LoggedTouchNode } from './touch.node';
import { LoggedTouchType } from './touch.type';

@ObjectType({ description: 'A touch after it was logged or taken back.', simpleResolvers: true })
export class TouchPayload extends Refusable {
  @Field(() => LoggedTouchType, {
    nullable: true,
    description: 'The touch, with its account; null where it was refused.',
  })
  touch!: LoggedTouchNode | null;
}

@ObjectType({ description: 'What became of one touch.', simpleResolvers: true })
export class LogTouchResult extends Refusable {
  @Field(() => LoggedTouchType, { nullable: true, description: 'The touch; null where it was refused.' })
  touch!: LoggedTouchNode | null;

  @Field(() => AccountType, {
    nullable: true,
    description: 'The account after it; null where there is no such account.',
  })
  account!: AccountNode | null;
}

@ObjectType({ description: 'What became of touches.', simpleResolvers: true })
export class LogTouchesPayload {
  @Extensions({ listBound: 1 })
  @Field(() => [LogTouchResult], {
    description: 'A result for each touch, in the order given; empty where the whole call was refused.',
  })
  results!: readonly LogTouchResult[];

  @Extensions({ listBound: 1 })
  @Field(() => [UserError], {
    description:
      'Why the whole call was refused; empty otherwise. Errors of single touches stand with their results.',
  })
  userErrors!: readonly UserError[];
}

@Resolver()
export class TouchChangesResolver {
  @Mutation(() => TouchPayload, {
    description:
      'Logs a touch, or a business review that was held or left out; the next one follows from the latest. Needs the role CSM, for accounts of the own portfolio; for all accounts the role MANAGER.',
  })
  async logTouch(
    @Arg('input', () => LogTouchInput, { description: 'What was done for which account.' })
    input: LogTouchInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TouchPayload> {
    return answer(context, info, () =>
      context.touches.logTouch(context.actor, itemOf(input), input.idempotencyKey),
    );
  }

  @Extensions({ answersEach: ['input', 'touches'] })
  @Mutation(() => LogTouchesPayload, {
    description:
      'Logs up to 500 touches in one transaction; what is wrong with one does not touch the others. Needs the role CSM, for accounts of the own portfolio; for all accounts the role MANAGER.',
  })
  async logTouches(
    @Arg('input', () => LogTouchesInput, { description: 'The touches.' }) input: LogTouchesInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<LogTouchesPayload> {
    return resultsWith(async () => {
      const items = input.touches.map(itemOf);
      const results = await context.touches.logTouches(context.actor, items, input.idempotencyKey);
      const selection = selectionOf(info).results?.fields ?? {};
      const [touches, accounts] = await Promise.all([
        readTouches(
          results.flatMap(({ touchId }) => touchId ?? []),
          selection.touch?.fields,
          context,
        ),
        readAccounts(
          results.flatMap(({ accountId }) => accountId ?? []),
          selection.account?.fields,
          context,
        ),
      ]);
      const [touchOf, accountOf] = [finderOf(touches), finderOf(accounts)];
      return results.map(({ touchId, accountId, refusal }) => ({
        touch: touchOf(touchId),
        account: accountOf(accountId),
        userErrors: refusal === null ? [] : [userErrorOf(refusal)],
      }));
    });
  }

  @Mutation(() => TouchPayload, {
    description:
      'Takes back a touch that was logged by mistake; it stays in the history and counts for nothing. Needs the role CSM, for touches that the caller logged within the last 14 days; for all touches the role MANAGER.',
  })
  async undoTouch(
    @Arg('input', () => UndoTouchInput, { description: 'Which touch.' }) input: UndoTouchInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TouchPayload> {
    return answer(context, info, () => {
      const key = keyOf('LoggedTouch', input.touchId);
      if (key === null) throw new DomainError('NOT_FOUND', 'there is no such touch', ['touchId']);
      return context.touches.undoTouch(context.actor, key, input.note ?? null, input.idempotencyKey);
    });
  }
}

function itemOf(input: TouchInput): LoggedItem {
  const { kind, on, channel, outcome, note, skipped } = input;
  return {
    account: accountKey(input),
    kind,
    on: on ?? null,
    channel,
    outcome: outcome ?? null,
    note: note ?? null,
    skipped,
  };
}

async function answer(
  context: GraphqlContext,
  info: GraphQLResolveInfo,
  change: () => Promise<TouchIds>,
): Promise<TouchPayload> {
  return refusedWith<TouchPayload>(
    async () => {
      const { touchId } = await change();
      const [touch] = await readTouches([touchId], selectionOf(info).touch?.fields, context);
      return { touch: touch ?? null, userErrors: [] };
    },
    (userErrors) => ({ touch: null, userErrors }),
  );
}

async function readTouches(
  ids: readonly string[],
  selection: Selection | undefined,
  context: GraphqlContext,
): Promise<LoggedTouchNode[]> {
  if (selection === undefined || ids.length === 0) return [];
  const nodes = await context.reads.touches.byIds(ids);
  await loadRelations(LOGGED_TOUCH_RELATIONS, nodes, selection, context);
  return nodes;
}
