import { programOf } from '../../domain/engagement-program';
import { type Tier, tierByKey } from '../../domain/tier';
import { type TieringModel } from '../../domain/tiering-model';
import { type GraphqlContext } from '../context';
import { type TierType } from './tier.type';

/** The tiers of one ladder as the API shows them, by key. */
export interface Tiers {
  /** Null for no key. */
  (key: string | null | undefined): TierType | null;
  /** Throws INVALID_MODEL for a key that the ladder does not have. */
  existing(key: string): TierType;
  /** Null for a key that the ladder does not have. */
  find(key: string): TierType | null;
}

const ladders = new WeakMap<TieringModel, Tiers>();

/** The tiers of the published model. */
export async function publishedTiers(context: GraphqlContext): Promise<Tiers> {
  return tiersOf(await context.reads.models.published());
}

/** The tiers of the model versions that rows of the past were made under. */
export async function tiersOfVersions(
  context: GraphqlContext,
  versions: readonly number[],
): Promise<(version: number) => Tiers> {
  const byVersion = new Map<number, Tiers>();
  await Promise.all(
    [...new Set(versions)].map(async (version) => {
      byVersion.set(version, tiersOf(await modelOfVersion(context, version)));
    }),
  );
  return (version) => {
    const tiers = byVersion.get(version);
    if (tiers === undefined) throw new Error(`model version ${version} was not asked for`);
    return tiers;
  };
}

/**
 * The tiers that accounts came from when a row was written: those of the row's model, and where that had just taken
 * another one's place, those that it dropped.
 */
export async function tiersBefore(
  context: GraphqlContext,
  rows: readonly { readonly modelVersion: number; readonly keys: readonly (string | null)[] }[],
): Promise<(version: number) => (key: string | null) => TierType | null> {
  const ladders = new Map<number, Tiers[]>();
  await Promise.all(
    [...new Set(rows.map(({ modelVersion }) => modelVersion))].map(async (version) => {
      const model = await modelOfVersion(context, version);
      const has = (key: string | null): boolean =>
        key === null || model.tiers.some((tier) => tier.key === key);
      const known = rows.every((row) => row.modelVersion !== version || row.keys.every(has));
      const replaced = known ? null : ((await context.reads.models.info(version))?.replaces ?? null);
      ladders.set(version, [
        tiersOf(model),
        ...(replaced === null ? [] : [tiersOf(await modelOfVersion(context, replaced))]),
      ]);
    }),
  );
  return (version) => (key) => {
    if (key === null) return null;
    const [own, dropped] = ladders.get(version) ?? [];
    if (own === undefined) throw new Error(`model version ${version} was not asked for`);
    return own.find(key) ?? dropped?.find(key) ?? own.existing(key);
  };
}

/** The model that a stored row was made under; rows refer to none that does not exist. */
export async function modelOfVersion(context: GraphqlContext, version: number): Promise<TieringModel> {
  const model = await context.reads.models.version(version);
  if (model === null) throw new Error(`model version ${version} is gone`);
  return model;
}

/** The tiers of one model; made once for each model that is kept in memory. */
export function tiersOf(model: TieringModel): Tiers {
  const known = ladders.get(model);
  if (known !== undefined) return known;
  const byKey = new Map(model.tiers.map((tier) => [tier.key, tierType(tier, model)]));
  const existing = (key: string): TierType => byKey.get(key) ?? tierType(tierByKey(model.tiers, key), model);
  const tiers = Object.assign(
    (key: string | null | undefined) => (key === null || key === undefined ? null : existing(key)),
    { existing, find: (key: string) => byKey.get(key) ?? null },
  );
  ladders.set(model, tiers);
  return tiers;
}

/** What the API shows of a tier of the model. */
export function tierType({ rank, key, name, label }: Tier, model: TieringModel): TierType {
  return { rank, key, name, label, program: programOf(model, key) };
}
