import { z } from 'zod';
import type { EnvironmentVariable } from '../config/load-config.ts';
import { oidcSettingsShape } from '../oidc/settings.ts';
import { parseRedisUrl } from '../store/redis/redis-url.ts';

const PORT = 'must be a number from 1 to 65535';
const WORKERS = 'must be a number from 1 to 256, or auto';

/** None of what these refuse is repeated: it may hold a password. */
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

/** The whole configuration: what each part may be told, and its default. Unknown keys are refused at every level. */
export const settingsShape = z
  .strictObject({
    server: z
      .strictObject({
        host: z.string().min(1).default('127.0.0.1'),
        port: z.int(PORT).min(1, PORT).max(65_535, PORT).default(8080),
        /** Under which people and apps reach the server; default `http://localhost:<port>`. */
        publicUrl: z
          .url({ protocol: /^https?$/, message: 'must be an http or https URL' })
          .refine((text) => !/[?#]/.test(text), 'must have neither query nor fragment')
          // The wire API, and the pages' own addresses, begin at the server's root.
          .refine((text) => /^https?:\/\/[^/@]+\/*$/i.test(text), 'must have neither a path nor a user')
          .transform((text) => text.replace(/\/+$/, ''))
          .optional(),
        /** Processes; `auto`: one per core. */
        workers: z.union([z.int().min(1, WORKERS).max(256, WORKERS), z.literal('auto')], WORKERS).default(1),
        /** Addresses or CIDR ranges of the proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
        trustedProxies: z
          .array(
            z.union(
              [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
              'must be an IP address or a range such as 10.0.0.0/8; names are not looked up',
            ),
          )
          .default([]),
      })
      .prefault({}),
    dataDir: z.string().min(1).default('./data'),
    stores: z
      .strictObject({
        mongodbUri: mongodbUriShape.optional(),
        redisUrl: redisUrlShape.optional(),
        /** Before each key and channel, so that several installations may share a Redis. */
        redisKeyPrefix: z
          .string()
          .regex(/^[\w:.-]{1,64}$/, 'must have 1 to 64 letters, digits, colons, dots, hyphens and underscores')
          .default('rolecall:'),
      })
      .prefault({}),
    /** What the first start makes; of no effect afterwards. */
    firstStart: z
      .strictObject({
        accountId: z
          .string()
          .regex(/^\d{12}$/, 'must have 12 digits')
          .optional(),
        accountAlias: z
          .string()
          .regex(/^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$/, 'must be 3 to 63 lower-case letters, digits and hyphens')
          .optional(),
        rootEmail: z.email('must be an e-mail address').optional(),
        rootPassword: z.string().min(8).max(128).optional(),
        adminAccessKeyId: z
          .string()
          .regex(/^\w{16,128}$/, 'must have 16 to 128 letters, digits or underscores')
          .refine((id) => !id.startsWith('ASIA'), 'must not begin with ASIA: such ids are for temporary credentials')
          .optional(),
        adminSecretAccessKey: z.string().min(16).max(128).optional(),
        adminPassword: z.string().min(8).max(128).optional(),
      })
      .refine(
        (first) => (first.adminAccessKeyId === undefined) === (first.adminSecretAccessKey === undefined),
        'adminAccessKeyId and adminSecretAccessKey (ROLECALL_ADMIN_ACCESS_KEY_ID and …_SECRET_ACCESS_KEY) must be given together',
      )
      .prefault({}),
    keys: z
      .strictObject({
        /** 32 bytes in base64 or hex; default: read from or made in the directory. */
        keyEncryptionKey: z.string().optional(),
        directory: z.string().min(1).default('./keys'),
      })
      .prefault({}),
    passwords: z
      .strictObject({
        /** Threads that hash passwords. */
        threads: z.int().min(1).max(64).default(2),
      })
      .prefault({}),
    log: z
      .strictObject({ level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info') })
      .prefault({}),
    oidc: oidcSettingsShape.prefault({}),
  })
  .transform((settings) => ({
    ...settings,
    server: { ...settings.server, publicUrl: settings.server.publicUrl ?? `http://localhost:${settings.server.port}` },
  }));
export type Settings = z.output<typeof settingsShape>;

/** The environment variables of the contract, and where their values go. */
export const environmentVariables: readonly EnvironmentVariable[] = [
  { name: 'HOST', path: 'server.host' },
  { name: 'PORT', path: 'server.port', read: 'number' },
  { name: 'ROLECALL_PUBLIC_URL', path: 'server.publicUrl' },
  { name: 'ROLECALL_WORKERS', path: 'server.workers', read: 'number' },
  { name: 'ROLECALL_TRUSTED_PROXIES', path: 'server.trustedProxies', read: 'list' },
  { name: 'ROLECALL_DATA_DIR', path: 'dataDir' },
  { name: 'ROLECALL_MONGODB_URI', path: 'stores.mongodbUri' },
  { name: 'ROLECALL_REDIS_URL', path: 'stores.redisUrl' },
  { name: 'ROLECALL_REDIS_KEY_PREFIX', path: 'stores.redisKeyPrefix' },
  { name: 'ROLECALL_ACCOUNT_ID', path: 'firstStart.accountId' },
  { name: 'ROLECALL_ACCOUNT_ALIAS', path: 'firstStart.accountAlias' },
  { name: 'ROLECALL_ROOT_EMAIL', path: 'firstStart.rootEmail' },
  { name: 'ROLECALL_ROOT_PASSWORD', path: 'firstStart.rootPassword' },
  { name: 'ROLECALL_ADMIN_ACCESS_KEY_ID', path: 'firstStart.adminAccessKeyId' },
  { name: 'ROLECALL_ADMIN_SECRET_ACCESS_KEY', path: 'firstStart.adminSecretAccessKey' },
  { name: 'ROLECALL_ADMIN_PASSWORD', path: 'firstStart.adminPassword' },
  { name: 'ROLECALL_KEY_ENCRYPTION_KEY', path: 'keys.keyEncryptionKey' },
  { name: 'ROLECALL_KEYS_DIR', path: 'keys.directory' },
  { name: 'ROLECALL_LOG_LEVEL', path: 'log.level' },
];
