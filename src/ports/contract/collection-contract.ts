import type { CollectionStore } from '../collections.ts';
import { collectionDeclarations } from './collection-declarations.ts';
import { collectionFinds } from './collection-finds.ts';
import { collectionWrites } from './collection-writes.ts';
import type { ContractCase } from './contract-case.ts';

/** The full contract of a collection adapter. */
export const collectionContract: readonly ContractCase<CollectionStore>[] = [
  ...collectionWrites,
  ...collectionFinds,
  ...collectionDeclarations,
];
