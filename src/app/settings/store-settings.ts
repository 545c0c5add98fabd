import * as z from 'zod';
import { parseRedisUrl } from '../../store/redis/redis-url.ts';

/** Error messages do not repeat the refused value, which may contain a password. */
const mongodbUriShape = z
  .string()
  .regex(
    /^mongodb(?:\+srv)?:\/\/[^/?#]+\/[\w-]{1,63}(?:\?.*)?$/,
    'must be mongodb://[user:password@]host[:port],…/database[?options] or mongodb+srv://…; characters of a password that are not letters or digits must be percent-encoded',
  );
const redisUrlShape = z.string().superRefine((url, context) => {
  try {
    parseRedisUrl(url);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

/** The servers that hold the data, instead of the embedded store. */
export const storeSettingsShape = z.strictObject({
  mongodbUri: mongodbUriShape
    .optional()
    .describe(
      'The MongoDB that stores identities and the audit record ([mongodb.md](mongodb.md)). Default: the embedded store.',
    ),
  redisUrl: redisUrlShape
    .optional()
    .describe('The Redis that stores sessions, codes and limits ([redis.md](redis.md)). Default: the embedded store.'),
  redisKeyPrefix: z
    .string()
    .regex(/^[\w:.-]{1,64}$/, 'must have 1 to 64 letters, digits, colons, dots, hyphens and underscores')
    .default('rolecall:')
    .describe('Prefix of every key and channel, so that several installations can share one Redis.'),
  redisChecks: z
    .enum(['refuse', 'warn'])
    .default('refuse')
    .describe(
      'What to do if Redis may evict keys that have not expired (`maxmemory-policy`), or does not permit `INFO`. `refuse`: do not start. `warn`: start, log a warning and show it in `/readyz`.',
    ),
});
