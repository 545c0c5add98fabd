import { brotliDecompressSync } from 'node:zlib';

/** An AWS managed policy without its document, as `aws-policy-data.ts` stores it. */
export interface AwsPolicyHead {
  readonly name: string;
  readonly path: string;
  /** AWS's own id where it is known, otherwise one of ours, derived from the name. */
  readonly id: string;
  /** The number of the default version. */
  readonly version: number;
  /** In milliseconds since 1970, like `updated`. */
  readonly created: number;
  readonly updated: number;
}

export function readHeads(packed: string): readonly AwsPolicyHead[] {
  return linesOf(packed).map((line) => JSON.parse(line) as AwsPolicyHead);
}

/** The documents as JSON texts, in the order of the heads. Takes some tens of milliseconds: there are megabytes of them. */
export function readDocuments(packed: string): readonly string[] {
  return linesOf(packed);
}

function linesOf(packed: string): readonly string[] {
  return packed === '' ? [] : brotliDecompressSync(Buffer.from(packed, 'base64')).toString().split('\n');
}

/** A document of AWS, parsed. */
export interface AwsPolicyDocument {
  readonly Version: string;
  readonly Statement: readonly AwsStatement[];
}

/** A statement, its members in the order in which AWS writes them. */
export type AwsStatement = Readonly<Record<string, unknown>>;
