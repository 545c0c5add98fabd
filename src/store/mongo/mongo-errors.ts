import mongoose from 'mongoose';
import { type StoreFailure, StoreUnavailableError } from '../../ports/collections.ts';

const { MongoError, MongoInvalidArgumentError, MongoServerError } = mongoose.mongo;
const DUPLICATE_KEY = 11000;

/** Whether a unique index refused the write. For a replacement, FerretDB passes on SQLite's own message. */
export function isDuplicate(failure: unknown): boolean {
  if (!(failure instanceof MongoServerError)) return false;
  return failure.code === DUPLICATE_KEY || /E11000|UNIQUE constraint failed/.test(failure.message);
}

/** Whether the server is at fault, and not the request (a document that is too large, a bug of ours). */
export function isOutage(failure: unknown): boolean {
  if (isDuplicate(failure)) return false;
  if (failure instanceof MongoInvalidArgumentError) return false;
  if (failure instanceof MongoServerError) return !TOO_LARGE.has(Number(failure.code));
  return (
    failure instanceof MongoError ||
    failure instanceof mongoose.Error.MongooseServerSelectionError ||
    (failure instanceof mongoose.Error && /before initial connection|connection/i.test(failure.message))
  );
}

const TOO_LARGE: ReadonlySet<number> = new Set([10334, 17280, 17419, 17420]);

const EXPLANATIONS: readonly (readonly [pattern: RegExp, explanation: string, reason?: StoreFailure])[] = [
  [/OutOfDiskSpace|available disk space|no space left|disk is full/i, 'its disk is full; free space', 'full'],
  [/maximum wire version/i, 'it is older than MongoDB 4.4, the oldest that works; upgrade it first', 'too-old'],
  [/ECONNREFUSED/, 'nothing listens at the address; is it running, and is the port right?'],
  [/ENOTFOUND|EAI_AGAIN/, 'the name of the host is not known'],
  [/auth|SASL|credential|SCRAM/i, 'it refuses the user or the password of the URI'],
  [/not authorized|requires authentication|Unauthorized/i, 'the user of the URI may not do this; it needs readWrite'],
  [/retryable writes/i, 'it has no retryable writes; add retryWrites=false to the URI'],
  [/certificate|TLS|SSL/i, 'no trusted TLS connection comes about'],
  [/timed? ?out|timeout/i, 'it did not answer in time'],
];

/** The port's error for a failure, with advice if we have any. */
export function explainFailure(failure: unknown, uri: string): StoreUnavailableError {
  const text = withoutSecrets((failure as Error).message, uri);
  const [, explanation = 'a request failed', reason] = EXPLANATIONS.find(([pattern]) => pattern.test(text)) ?? [];
  return new StoreUnavailableError(`MongoDB: ${explanation} (${text})`, { cause: failure, reason });
}

/** The message with any quoted user and password of the URI removed. */
export function withoutSecrets(message: string, uri: string): string {
  const secrets = /^[^/]*\/\/([^@]*)@/.exec(uri)?.[1] ?? '';
  const parts = [uri, secrets, ...secrets.split(':')].filter((part) => part.length > 2);
  return [...parts, ...parts.map(decoded)]
    .reduce((text, part) => text.replaceAll(part, '…'), message)
    .replace(/\/\/[^/\s"]*@/g, '//…@');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
