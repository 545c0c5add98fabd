import * as z from 'zod';

/** Raised when older programs would misread the file. */
export const EXPORT_FORMAT = 1;
/** The maximum number of account ids in the header. They only help to tell files apart. */
export const ACCOUNT_IDS_SHOWN = 20;

/** The first line. */
export const exportHeaderShape = z.strictObject({
  format: z.literal('rolecall-export'),
  formatVersion: z.literal(EXPORT_FORMAT),
  /** The version of the program that wrote the file. */
  productVersion: z.string(),
  /** When the export began, ISO 8601. */
  exportedAt: z.string(),
  /** In the order in which their documents follow. `schema` is the number of migrations that the documents have been through. */
  collections: z.array(z.strictObject({ name: z.string(), schema: z.number() })),
  accountIds: z.array(z.string()),
});
export type ExportHeader = z.infer<typeof exportHeaderShape>;

/** A line between the header and the last line. */
export const exportedDocumentShape = z.strictObject({
  collection: z.string(),
  document: z.record(z.string(), z.unknown()),
});

/** The last line. A file without it is incomplete. */
export const exportTrailerShape = z.strictObject({
  end: z.strictObject({
    documents: z.number(),
    /** The number of documents in each collection. */
    counts: z.record(z.string(), z.number()),
    /** SHA-256 of the file's bytes up to this line, in hexadecimal. */
    sha256: z.string(),
  }),
});
export type ExportSummary = z.infer<typeof exportTrailerShape>['end'];
