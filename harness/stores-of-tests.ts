import { createHash } from 'node:crypto';

/**
 * Where the server of a test keeps its data: the store servers that `scripts/with-stores.ts` has started (`ROLECALL_TEST_MONGODB_URI`,
 * `ROLECALL_TEST_REDIS_URL`), each with a database and a key prefix that no other test uses; embedded where there are none. What is
 * started again on the same directory finds its data again.
 */
export function storesFor(directory: string): Record<string, string> {
  const name = `rolecall-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`;
  const { ROLECALL_TEST_MONGODB_URI: mongodbUri, ROLECALL_TEST_REDIS_URL: redisUrl } = process.env;
  return {
    ...(mongodbUri !== undefined && { ROLECALL_MONGODB_URI: withDatabase(mongodbUri, name) }),
    ...(redisUrl !== undefined && { ROLECALL_REDIS_URL: redisUrl, ROLECALL_REDIS_KEY_PREFIX: `${name}:` }),
  };
}

/** A MongoDB URI with another database. */
export function withDatabase(uri: string, database: string): string {
  return uri.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${database}`);
}
