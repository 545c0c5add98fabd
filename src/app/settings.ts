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
        host: z.string().min(1).default('127.0.0.1').describe('The address it listens on.'),
        port: z.int(PORT).min(1, PORT).max(65_535, PORT).default(8080).describe('The port it listens on, 1 to 65535.'),
        publicUrl: z
          .url({ protocol: /^https?$/, message: 'must be an http or https URL' })
          .refine((text) => !/[?#]/.test(text), 'must have neither query nor fragment')
          // The wire API and the pages' own paths begin at the server's root.
          .refine((text) => /^https?:\/\/[^/@]+\/*$/i.test(text), 'must have neither a path nor a user')
          .transform((text) => text.replace(/\/+$/, ''))
          .optional()
          .describe(
            'How people and apps reach the server: `https://host[:port]`, without a path. Absent: `http://localhost:<port>`. The OpenID Connect issuer is this and `/oidc`, so the store keeps it, and a process with another one is refused.',
          ),
        replacesPublicUrl: z
          .string()
          .transform((text) => text.replace(/\/+$/, ''))
          .optional()
          .describe(
            'Changes the public URL on purpose: the one that the store has so far. Of no effect once the change is made.',
          ),
        workers: z
          .union([z.int().min(1, WORKERS).max(256, WORKERS), z.literal('auto')], WORKERS)
          .default(1)
          .describe('Processes, 1 to 256; `auto`: one for each core that this process may use, 32 at most.'),
        trustedProxies: z
          .array(
            z.union(
              [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
              'must be an IP address or a range such as 10.0.0.0/8; names are not looked up',
            ),
          )
          .default([])
          .describe(
            'Addresses or CIDR ranges of the proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed (the variable: with commas).',
          ),
        callsPerSecond: z
          .int()
          .min(0)
          .default(100_000)
          .describe(
            'Calls that one user, root user or role session may make to one process in a second, with twice as many in reserve, and all sessions of a role together four times that; each 256 bytes of an answer beyond 16 KiB count as one more. Beyond that: `Throttling`. 0: no limit.',
          ),
        unsignedCallsPerSecond: z
          .int()
          .min(0)
          .default(1000)
          .describe(
            'Calls without a signature (`AssumeRoleWithWebIdentity`), or with one that does not hold, that one address may make to one process in a second, with twice as many in reserve; all of an IPv6 /48 three times, a /32 thirty times that. Beyond that: `Throttling`. 0: no limit.',
          ),
        drainDelay: z
          .number()
          .min(0)
          .max(300)
          .default(1)
          .describe(
            'Seconds between SIGTERM and the end of listening: readiness says no, and answers close their connections, but new ones are still taken.',
          ),
        allowedHosts: z
          .array(z.string().regex(PINNED_HOST, 'must be a host such as iam.example.org, with or without a port'))
          .default([])
          .describe(
            'Hosts that requests may name, beside that of the public URL; one without a port holds for any port. Empty: any host (the variable: with commas).',
          ),
        corsOrigins: z
          .array(z.string().regex(ORIGIN, 'must be an origin such as https://app.example.org, or *'))
          .default(['*'])
          .describe('Origins whose pages may call the wire API; `*`: any (the variable: with commas).'),
      })
      .prefault({}),
    dataDir: z.string().min(1).default('./data').describe('The directory of the embedded store.'),
    stores: z
      .strictObject({
        mongodbUri: mongodbUriShape
          .optional()
          .describe('MongoDB for identities and the record ([mongodb.md](mongodb.md)). Absent: embedded.'),
        redisUrl: redisUrlShape
          .optional()
          .describe('Redis for sessions, codes and limits ([redis.md](redis.md)). Absent: embedded.'),
        redisKeyPrefix: z
          .string()
          .regex(/^[\w:.-]{1,64}$/, 'must have 1 to 64 letters, digits, colons, dots, hyphens and underscores')
          .default('rolecall:')
          .describe('Before each key and channel, so that several installations may share a Redis.'),
        redisChecks: z
          .enum(['refuse', 'warn'])
          .default('refuse')
          .describe(
            '`refuse`: no start on a Redis that may drop what has not expired (maxmemory-policy), or that does not say (INFO). `warn`: start, log it and show it in `/readyz`.',
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
          .describe(`Its secret, 16 to 128 characters. ${GENERATED}`),
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
          .describe('32 bytes in base64 or hex, which seal all secrets. Absent: read from `keys.directory`.'),
        newKeyEncryptionKey: z
          .string()
          .optional()
          .describe(
            'The key-encryption key that `rolecall rotate-keys --key-encryption-key` changes to, in the same forms. The server does not use it.',
          ),
        directory: z
          .string()
          .min(1)
          .default('./keys')
          .describe('Where the key-encryption key is read from, or made at the first start.'),
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
            'Threads of each process that hash passwords, 1 to 64. Default: 2, or 1 if that leaves a core free for requests.',
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
          .describe('Days that the store keeps audit events, 1 to 36500. Default: for ever.'),
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
            'MiB that the stored audit record may take, 16 at least, or `unlimited`; then the oldest events are removed. Default: 10240 in the embedded store, `unlimited` in MongoDB.',
          ),
      })
      .prefault({}),
    policies: z
      .strictObject({
        errorPositions: z
          .boolean()
          .default(true)
          .describe(
            'Whether the message about a policy that cannot be saved ends with the place of what is wrong: `(line 3, column 14, Statement[0].Action)`. `false`: the message is AWS’s to the letter.',
          ),
      })
      .prefault({}),
    log: z
      .strictObject({
        level: z
          .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
          .default('info')
          .describe(
            'The least severe lines that are logged: `fatal`, `error`, `warn`, `info`, `debug`, or `silent` for none.',
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
