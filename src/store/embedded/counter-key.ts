import type { CollectionDeclaration, IndexValue } from '../../ports/collections.ts';
import { encodeTuple } from './key-encoding.ts';

/** Where the number of entries with these leading values is kept (see `kept-counts.ts`). `undefined` if none is kept. */
export function counterKey(
  { name, counted }: Pick<CollectionDeclaration, 'name' | 'counted'>,
  index: string,
  values: readonly IndexValue[],
): Buffer | undefined {
  return counted?.[index] === values.length ? encodeTuple([name, index, ...values]) : undefined;
}
