import type { CollectionDeclaration, DocumentKey } from '../../ports/collections.ts';

/** A document that another one names. */
export interface Reference {
  /** The collection's name. */
  readonly collection: string;
  readonly key: DocumentKey;
}

/** A collection as exports and imports take it. */
export interface StoredCollection {
  readonly declaration: CollectionDeclaration;
  /**
   * Read from the greatest key to the least: for documents that name ones of lesser keys in the same collection, so that those
   * which are added while the collection is read never name one that was missed.
   */
  readonly newestFirst: boolean;
  /** How many documents are held at once. */
  readonly pageSize: number;
  /** What the document names in other collections. */
  references(document: object): readonly Reference[];
}

const PAGE_SIZE = 200;

export interface StoredCollectionOptions<Document extends object> {
  readonly newestFirst?: boolean;
  /** Smaller for large documents. */
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
