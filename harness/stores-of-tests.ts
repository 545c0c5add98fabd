import { createHash } from 'node:crypto';

/**
 * Where a test's server keeps its data: on the store servers started by `scripts/with-stores.ts` (`ROLECALL_TEST_MONGODB_URI`,
 * `ROLECALL_TEST_REDIS_URL`), with a database and a key prefix of its own, or embedded if there are none. A server restarted with
 * the same directory finds its data again.
 */
export function storesFor(directory: string): Record<string, string> {
  const name = `rolecall-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`;
  const { ROLECALL_TEST_MONGODB_URI: mongodbUri, ROLECALL_TEST_REDIS_URL: redisUrl } = process.env;
  return {
    ...(mongodbUri !== undefined && { ROLECALL_MONGODB_URI: withDatabase(mongodbUri, name) }),
    ...(redisUrl !== undefined && { ROLECALL_REDIS_URL: redisUrl, ROLECALL_REDIS_KEY_PREFIX: `${name}:` }),
  };
}

/** A MongoDB URI with the database replaced. */
export function withDatabase(uri: string, database: string): string {
  return uri.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${database}`);
}
