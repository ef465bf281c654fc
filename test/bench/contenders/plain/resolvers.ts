import { Arg, Ctx, FieldResolver, Float, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type DataSource, IsNull, LessThanOrEqual } from 'typeorm';
import {
  Account,
  Assignment,
  Capacity,
  Criterion,
  Csm,
  Engagement,
  Model,
  Movement,
  Overridden,
  Override,
  PendingDowngrade,
  Pool,
  Scorecard,
  TierHistory,
} from './entities';

export interface Context {
  readonly dataSource: DataSource;
}

@Resolver(() => Account)
export class AccountResolver {
  @Query(() => Account, { nullable: true })
  account(@Arg('externalId') externalId: string, @Ctx() { dataSource }: Context): Promise<Account | null> {
    return dataSource.getRepository(Account).findOneBy({ externalId });
  }

  @Query(() => [Account])
  accounts(
    @Arg('first', () => Int) first: number,
    @Arg('most') most: string,
    @Ctx() { dataSource }: Context,
  ): Promise<Account[]> {
    return dataSource.getRepository(Account).find({
      where: { arr: LessThanOrEqual(most) },
      order: { arr: { direction: 'DESC', nulls: 'LAST' }, id: 'ASC' },
      take: first,
    });
  }

  @FieldResolver(() => Csm, { nullable: true })
  async csm(@Root() { id }: Account, @Ctx() { dataSource }: Context): Promise<Csm | null> {
    const where = { accountId: id, toOn: IsNull() };
    const found = await dataSource.getRepository(Assignment).findOne({ where, relations: { csm: true } });
    return found?.csm ?? null;
  }

  @FieldResolver(() => Pool, { nullable: true })
  async pool(@Root() { id }: Account, @Ctx() { dataSource }: Context): Promise<Pool | null> {
    const where = { accountId: id, toOn: IsNull() };
    const found = await dataSource.getRepository(Assignment).findOne({ where, relations: { pool: true } });
    return found?.pool ?? null;
  }

  @FieldResolver(() => Scorecard, { nullable: true })
  async scorecard(
    @Root() { scorecardId }: Account,
    @Ctx() { dataSource }: Context,
  ): Promise<Scorecard | null> {
    return scorecardId === null ? null : dataSource.getRepository(Scorecard).findOneBy({ id: scorecardId });
  }

  @FieldResolver(() => PendingDowngrade, { nullable: true })
  pendingDowngrade(
    @Root() { id }: Account,
    @Ctx() { dataSource }: Context,
  ): Promise<PendingDowngrade | null> {
    return dataSource.getRepository(PendingDowngrade).findOneBy({ accountId: id });
  }

  @FieldResolver(() => [TierHistory])
  history(
    @Root() { id }: Account,
    @Arg('first', () => Int) first: number,
    @Ctx() { dataSource }: Context,
  ): Promise<TierHistory[]> {
    const where = { accountId: id };
    return dataSource.getRepository(TierHistory).find({ where, order: { id: 'DESC' }, take: first });
  }

  @FieldResolver(() => [Movement])
  movements(
    @Root() { id }: Account,
    @Arg('first', () => Int) first: number,
    @Ctx() { dataSource }: Context,
  ): Promise<Movement[]> {
    return dataSource
      .getRepository(Movement)
      .find({ where: { accountId: id }, order: { effectiveOn: 'DESC', id: 'DESC' }, take: first });
  }
}

@Resolver(() => Scorecard)
export class ScorecardResolver {
  @FieldResolver(() => Float)
  completeness(@Root() { completeness }: Scorecard): number {
    return Number(completeness);
  }

  @FieldResolver(() => [Criterion])
  criteria(@Root() { storedCriteria }: Scorecard): Criterion[] {
    return storedCriteria.map((criterion) => ({
      ...criterion,
      weight: (criterion.weight / 100).toFixed(2),
      contribution: (criterion.contribution / 100).toFixed(2),
    }));
  }
}

@Resolver(() => Csm)
export class CsmResolver {
  @Query(() => [Csm])
  csms(
    @Arg('first', () => Int) first: number,
    @Arg('region') region: string,
    @Ctx() { dataSource }: Context,
  ): Promise<Csm[]> {
    return dataSource
      .getRepository(Csm)
      .createQueryBuilder('csm')
      .where(':region = ANY(csm.regions)', { region })
      .orderBy({ 'csm.name': 'ASC', 'csm.id': 'ASC' })
      .take(first)
      .getMany();
  }

  @FieldResolver(() => Capacity)
  async capacity(@Root() { id }: Csm, @Ctx() { dataSource }: Context): Promise<Capacity> {
    const tiers: Capacity['tiers'] = await dataSource.query(
      `SELECT l.tier, l.accounts, round(l.load::numeric, 6)::float8 AS load
       FROM csm c CROSS JOIN LATERAL peer.csm_tier_loads(c) l
       JOIN tiering_model m ON m.status = 'PUBLISHED'
       JOIN LATERAL jsonb_array_elements(m.definition -> 'tiers') WITH ORDINALITY AS rung(tier, place)
         ON rung.tier ->> 'key' = l.tier
       WHERE c.id = $1 ORDER BY rung.place`,
      [id],
    );
    return { load: Number(tiers.reduce((sum, { load }) => sum + load, 0).toFixed(6)), tiers };
  }
}

@Resolver()
export class OverrideResolver {
  @Mutation(() => Overridden)
  overrideTier(
    @Arg('externalId') externalId: string,
    @Arg('tier') tier: string,
    @Arg('reason') reason: string,
    @Arg('note') note: string,
    @Arg('expiresOn') expiresOn: string,
    @Ctx() { dataSource }: Context,
  ): Promise<Overridden> {
    const now = new Date();
    const today = now.toISOString().slice(0, 10);
    return dataSource.transaction(async (manager) => {
      const stamp = { actorId: 'plain', actorName: 'Plain', at: now, today, requestId: now.toISOString() };
      await manager.query(`SELECT set_config('tierbook.stamp', $1, true)`, [JSON.stringify(stamp)]);
      const model = await manager.findOneByOrFail(Model, { status: 'PUBLISHED' });
      const account = await manager.findOneOrFail(Account, {
        where: { externalId },
        lock: { mode: 'for_no_key_update' },
      });
      const months = model.definition.tiers.find(({ key }) => key === tier)?.reviewCadenceMonths;
      if (account.tier === null || months === undefined) throw new Error('it cannot be overridden');
      const override = await manager.save(Override, {
        accountId: account.id,
        status: 'ACTIVE',
        tier,
        modelVersion: model.version,
        reason,
        note,
        expiresOn,
        requestedById: 'plain',
        requestedBy: 'Plain',
        requestedOn: today,
        requestedAt: now,
        startedOn: today,
      });
      const before = account.tier;
      const review = new Date(now);
      review.setUTCMonth(review.getUTCMonth() + months);
      const soonest = review.toISOString().slice(0, 10);
      account.overrideTier = tier;
      account.tier = tier;
      account.updatedAt = now;
      if (account.reviewDueOn !== null && soonest < account.reviewDueOn) account.reviewDueOn = soonest;
      await manager.save(account);
      await manager.save(TierHistory, {
        accountId: account.id,
        kind: 'OVERRIDE_STARTED',
        cause: 'OVERRIDE',
        computedTier: account.computedTier,
        heldFrom: account.heldTier,
        heldTo: account.heldTier,
        effectiveFrom: before,
        effectiveTo: tier,
        causedBy: [],
        scorecardId: account.scorecardId,
        modelVersion: account.modelVersion ?? model.version,
        actorId: 'plain',
        actor: 'Plain',
        occurredOn: today,
        occurredAt: now,
      });
      await manager.update(Engagement, { accountId: account.id }, { tierSince: today });
      return { override, account };
    });
  }
}
