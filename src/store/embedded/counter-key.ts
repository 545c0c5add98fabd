import type { CollectionDeclaration, IndexValue } from '../../ports/collections.ts';
import { encodeTuple } from './key-encoding.ts';

/** The key of the counter for entries with these leading values (see `kept-counts.ts`). `undefined` if they are not counted. */
export function counterKey(
  { name, counted }: Pick<CollectionDeclaration, 'name' | 'counted'>,
  index: string,
  values: readonly IndexValue[],
): Buffer | undefined {
  return counted?.[index] === values.length ? encodeTuple([name, index, ...values]) : undefined;
}
