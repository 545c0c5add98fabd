import * as z from 'zod';
import type { EnvironmentVariable } from '../config/environment.ts';
import { federationSettingsShape } from '../federation/settings.ts';
import { oidcSettingsShape } from '../oidc/settings.ts';
import { parseRedisUrl } from '../store/redis/redis-url.ts';
import { PINNED_HOST } from './edge/host-pinning.ts';

const GENERATED = 'First start only; generated and printed if absent.';
const PORT = 'must be a number from 1 to 65535';
/** An origin as sent by browsers: only scheme, host and port, in lower case; or `*`. */
const ORIGIN = /^(?:\*|[a-z][a-z0-9+.-]*:\/\/[a-z0-9.[\]:-]+)$/;
const KEEP_DAYS = 'must be a number of days from 1 to 36500';
const KEEP_MB = 'must be a number of MiB, 16 at least, or unlimited';
const WORKERS = 'must be a number from 1 to 256, or auto';

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

/** The whole configuration: the options of each part, with their defaults. Unknown keys are refused at every level. */
export const settingsShape = z
  .strictObject({
    server: z
      .strictObject({
        host: z.string().min(1).default('127.0.0.1').describe('The address that the server listens on.'),
        port: z
          .int(PORT)
          .min(1, PORT)
          .max(65_535, PORT)
          .default(8080)
          .describe('The port that the server listens on, 1 to 65535.'),
        publicUrl: z
          .url({ protocol: /^https?$/, message: 'must be an http or https URL' })
          .refine((text) => !/[?#]/.test(text), 'must have neither query nor fragment')
          // The wire API and the pages' own paths begin at the server's root.
          .refine((text) => /^https?:\/\/[^/@]+\/*$/i.test(text), 'must have neither a path nor a user')
          .transform((text) => text.replace(/\/+$/, ''))
          .optional()
          .describe(
            'The URL at which users and apps reach the server: `https://host[:port]`, without a path. Default: `http://localhost:<port>`. It is part of the OpenID Connect issuer, so the store remembers it, and a process with a different one does not start.',
          ),
        replacesPublicUrl: z
          .string()
          .transform((text) => text.replace(/\/+$/, ''))
          .optional()
          .describe(
            'Confirms a change of the public URL: set it to the previous one. Has no effect once the change is made.',
          ),
        workers: z
          .union([z.int().min(1, WORKERS).max(256, WORKERS), z.literal('auto')], WORKERS)
          .default(1)
          .describe(
            'Number of processes, 1 to 256. `auto`: one for each core available to the server, but at most 32.',
          ),
        trustedProxies: z
          .array(
            z.union(
              [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
              'must be an IP address or a range such as 10.0.0.0/8; names are not looked up',
            ),
          )
          .default([])
          .describe(
            'Addresses or CIDR ranges of the proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` headers are trusted. Separate them with commas in the variable.',
          ),
        callsPerSecond: z
          .int()
          .min(0)
          .default(100_000)
          .describe(
            'Calls per second that one user, root user or role session may make to one process; bursts may be twice as large. All sessions of a role together may make four times as many. Every 256 bytes of an answer beyond 16 KiB count as another call. Further calls get `Throttling`. 0: no limit.',
          ),
        unsignedCallsPerSecond: z
          .int()
          .min(0)
          .default(1000)
          .describe(
            'Calls per second without a valid signature (such as `AssumeRoleWithWebIdentity`) that one address may make to one process; bursts may be twice as large. An IPv6 /48 may make three times as many, a /32 thirty times. Further calls get `Throttling`. 0: no limit.',
          ),
        drainDelay: z
          .number()
          .min(0)
          .max(300)
          .default(1)
          .describe(
            'Seconds after SIGTERM during which the server still accepts connections, so that load balancers can stop sending them: `/readyz` already fails, and every answer closes its connection.',
          ),
        allowedHosts: z
          .array(z.string().regex(PINNED_HOST, 'must be a host such as iam.example.org, with or without a port'))
          .default([])
          .describe(
            'Values allowed in the `Host` header, in addition to the host of the public URL. A host without a port allows every port. Empty: any host. Separate them with commas in the variable.',
          ),
        corsOrigins: z
          .array(z.string().regex(ORIGIN, 'must be an origin such as https://app.example.org, or *'))
          .default(['*'])
          .describe(
            'Origins whose pages may call the wire API (CORS); `*`: any. Separate them with commas in the variable.',
          ),
      })
      .prefault({}),
    dataDir: z.string().min(1).default('./data').describe('The directory of the embedded store.'),
    stores: z
      .strictObject({
        mongodbUri: mongodbUriShape
          .optional()
          .describe(
            'The MongoDB that stores identities and the audit record ([mongodb.md](mongodb.md)). Default: the embedded store.',
          ),
        redisUrl: redisUrlShape
          .optional()
          .describe(
            'The Redis that stores sessions, codes and limits ([redis.md](redis.md)). Default: the embedded store.',
          ),
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
      })
      .prefault({}),
    /** What the first start creates. Ignored afterwards. */
    firstStart: z
      .strictObject({
        accountId: z
          .string()
          .regex(/^\d{12}$/, 'must have 12 digits')
          .optional()
          .describe(`The first account’s id, 12 digits. ${GENERATED}`),
        accountAlias: z
          .string()
          .regex(/^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$/, 'must be 3 to 63 lower-case letters, digits and hyphens')
          .optional()
          .describe('The first account’s alias. First start only.'),
        rootEmail: z
          .email('must be an e-mail address')
          .optional()
          .describe('The e-mail address that the root user signs in with. First start only.'),
        rootPassword: z.string().min(8).max(128).optional().describe(`The root user’s password. ${GENERATED}`),
        adminAccessKeyId: z
          .string()
          .regex(/^\w{16,128}$/, 'must have 16 to 128 letters, digits or underscores')
          .refine((id) => !id.startsWith('ASIA'), 'must not begin with ASIA: such ids are for temporary credentials')
          .optional()
          .describe(`The id of the access key of the user \`admin\`. ${GENERATED}`),
        adminSecretAccessKey: z
          .string()
          .min(16)
          .max(128)
          .optional()
          .describe(`The secret of that access key, 16 to 128 characters. ${GENERATED}`),
        adminPassword: z
          .string()
          .min(8)
          .max(128)
          .optional()
          .describe(`The password of the user \`admin\`. ${GENERATED}`),
      })
      .refine(
        (first) => (first.adminAccessKeyId === undefined) === (first.adminSecretAccessKey === undefined),
        'adminAccessKeyId and adminSecretAccessKey (ROLECALL_ADMIN_ACCESS_KEY_ID and …_SECRET_ACCESS_KEY) must be given together',
      )
      .prefault({}),
    keys: z
      .strictObject({
        keyEncryptionKey: z
          .string()
          .optional()
          .describe(
            'The key that encrypts all stored secrets: 32 bytes in base64 or hex. Default: read from `keys.directory`.',
          ),
        newKeyEncryptionKey: z
          .string()
          .optional()
          .describe(
            'The new key for `rolecall rotate-keys --key-encryption-key`, in the same format. The server does not use it.',
          ),
        directory: z
          .string()
          .min(1)
          .default('./keys')
          .describe(
            'The directory that the key-encryption key is read from. The first start generates the key if there is none.',
          ),
      })
      .prefault({}),
    passwords: z
      .strictObject({
        threads: z
          .int()
          .min(1)
          .max(64)
          .optional()
          .describe(
            'Threads per process that hash passwords, 1 to 64. Default: 2, or 1 if that leaves a core free for requests.',
          ),
      })
      .prefault({}),
    audit: z
      .strictObject({
        keepDays: z
          .int(KEEP_DAYS)
          .min(1, KEEP_DAYS)
          .max(36_500, KEEP_DAYS)
          .optional()
          .describe('How many days audit events are stored, 1 to 36500. Default: forever.'),
        keepMegabytes: z
          .union(
            [
              z
                .int()
                .min(16, KEEP_MB)
                .max(2 ** 40, KEEP_MB),
              z.literal('unlimited'),
            ],
            KEEP_MB,
          )
          .optional()
          .describe(
            'Maximum size of the stored audit record in MiB, at least 16, or `unlimited`. When it is reached, the oldest events are removed. Default: 10240 in the embedded store, `unlimited` in MongoDB.',
          ),
      })
      .prefault({}),
    policies: z
      .strictObject({
        errorPositions: z
          .boolean()
          .default(true)
          .describe(
            'Whether the error message for an invalid policy ends with the position of the problem: `(line 3, column 14, Statement[0].Action)`. `false`: the message is exactly that of AWS.',
          ),
      })
      .prefault({}),
    log: z
      .strictObject({
        level: z
          .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
          .default('info')
          .describe(
            'The lowest severity that is logged: `fatal`, `error`, `warn`, `info` or `debug`; `silent` logs nothing.',
          ),
      })
      .prefault({}),
    oidc: oidcSettingsShape.prefault({}),
    federation: federationSettingsShape.prefault({}),
  })
  .transform((settings) => ({
    ...settings,
    server: {
      ...settings.server,
      publicUrl: settings.server.publicUrl ?? `http://localhost:${settings.server.port}`,
      /** Whether the operator left the public URL unset, so that it follows the port. */
      isPublicUrlDefault: settings.server.publicUrl === undefined,
    },
  }));
export type Settings = z.output<typeof settingsShape>;

/** The supported environment variables and the settings that they set. */
export const environmentVariables: readonly EnvironmentVariable[] = [
  { name: 'HOST', path: 'server.host' },
  { name: 'PORT', path: 'server.port', read: 'number' },
  { name: 'ROLECALL_PUBLIC_URL', path: 'server.publicUrl' },
  { name: 'ROLECALL_REPLACES_PUBLIC_URL', path: 'server.replacesPublicUrl' },
  { name: 'ROLECALL_WORKERS', path: 'server.workers', read: 'number' },
  { name: 'ROLECALL_TRUSTED_PROXIES', path: 'server.trustedProxies', read: 'list' },
  { name: 'ROLECALL_CALLS_PER_SECOND', path: 'server.callsPerSecond', read: 'number' },
  { name: 'ROLECALL_UNSIGNED_CALLS_PER_SECOND', path: 'server.unsignedCallsPerSecond', read: 'number' },
  { name: 'ROLECALL_DRAIN_DELAY', path: 'server.drainDelay', read: 'number' },
  { name: 'ROLECALL_ALLOWED_HOSTS', path: 'server.allowedHosts', read: 'list' },
  { name: 'ROLECALL_CORS_ORIGINS', path: 'server.corsOrigins', read: 'list' },
  { name: 'ROLECALL_DATA_DIR', path: 'dataDir' },
  { name: 'ROLECALL_MONGODB_URI', path: 'stores.mongodbUri', isSecret: true },
  { name: 'ROLECALL_REDIS_URL', path: 'stores.redisUrl', isSecret: true },
  { name: 'ROLECALL_REDIS_KEY_PREFIX', path: 'stores.redisKeyPrefix' },
  { name: 'ROLECALL_REDIS_CHECKS', path: 'stores.redisChecks' },
  { name: 'ROLECALL_ACCOUNT_ID', path: 'firstStart.accountId' },
  { name: 'ROLECALL_ACCOUNT_ALIAS', path: 'firstStart.accountAlias' },
  { name: 'ROLECALL_ROOT_EMAIL', path: 'firstStart.rootEmail' },
  { name: 'ROLECALL_ROOT_PASSWORD', path: 'firstStart.rootPassword', isSecret: true },
  { name: 'ROLECALL_ADMIN_ACCESS_KEY_ID', path: 'firstStart.adminAccessKeyId', isSecret: true },
  { name: 'ROLECALL_ADMIN_SECRET_ACCESS_KEY', path: 'firstStart.adminSecretAccessKey', isSecret: true },
  { name: 'ROLECALL_ADMIN_PASSWORD', path: 'firstStart.adminPassword', isSecret: true },
  { name: 'ROLECALL_KEY_ENCRYPTION_KEY', path: 'keys.keyEncryptionKey', isSecret: true },
  { name: 'ROLECALL_NEW_KEY_ENCRYPTION_KEY', path: 'keys.newKeyEncryptionKey', isSecret: true },
  { name: 'ROLECALL_KEYS_DIR', path: 'keys.directory' },
  { name: 'ROLECALL_AUDIT_KEEP_DAYS', path: 'audit.keepDays', read: 'number' },
  { name: 'ROLECALL_AUDIT_KEEP_MB', path: 'audit.keepMegabytes', read: 'number' },
  { name: 'ROLECALL_POLICY_ERROR_POSITIONS', path: 'policies.errorPositions', read: 'boolean' },
  { name: 'ROLECALL_LOG_LEVEL', path: 'log.level' },
];
