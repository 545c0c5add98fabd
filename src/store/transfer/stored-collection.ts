import type { CollectionDeclaration, DocumentKey } from '../../ports/collections.ts';

/** A reference from one document to another. */
export interface Reference {
  /** The collection's name. */
  readonly collection: string;
  readonly key: DocumentKey;
}

/** A collection as seen by exports and imports. */
export interface StoredCollection {
  readonly declaration: CollectionDeclaration;
  /**
   * Reads from the greatest key to the smallest. Use this if documents refer to smaller keys in the same collection: then documents
   * added during the export never refer to one that it missed.
   */
  readonly newestFirst: boolean;
  /** The number of documents held in memory at once. */
  readonly pageSize: number;
  /** The document's references to other documents. */
  references(document: object): readonly Reference[];
}

const PAGE_SIZE = 200;

export interface StoredCollectionOptions<Document extends object> {
  readonly newestFirst?: boolean;
  /** Use a smaller size for large documents. */
  readonly pageSize?: number;
  readonly references?: (document: Document) => readonly Reference[];
}

export function storedCollection<Document extends object>(
  declaration: CollectionDeclaration<Document>,
  { newestFirst = false, pageSize = PAGE_SIZE, references = () => [] }: StoredCollectionOptions<Document> = {},
): StoredCollection {
  return {
    declaration,
    newestFirst,
    pageSize,
    references: (document) => references(document as Document),
  };
}
