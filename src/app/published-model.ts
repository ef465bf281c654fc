import { DomainError } from '../domain/errors';
import { type TieringModel } from '../domain/tiering-model';
import { type Stores } from './ports/stores';

/** The published model. Throws NOT_FOUND before the first one is published. */
export async function publishedModel(stores: Stores): Promise<TieringModel> {
  const model = await stores.models.published();
  if (model === null)
    throw new DomainError('NOT_FOUND', 'no tiering model is published; run "tierbook migrate"');
  return model;
}
