import * as z from 'zod';
import { samlSettingsShape } from '../../bridge/settings.ts';
import { federationSettingsShape } from '../../federation/settings.ts';
import { rpIdFault, rpIdOf } from '../../identity/passkeys/passkey-settings.ts';
import { mailSettingsShape } from '../../mail/settings.ts';
import { oidcSettingsShape } from '../../oidc/settings.ts';
import { alarmSettingsShape } from './alarm-settings.ts';
import { mtlsUrlOf } from './client-certificate-settings.ts';
import { delegationTemplateListShape } from './delegation-template-settings.ts';
import { firstStartSettingsShape } from './first-start-settings.ts';
import { linkedServiceListShape } from './linked-service-settings.ts';
import { passwordSettingsShape } from './password-settings.ts';
import { roleTemplateListShape } from './role-template-settings.ts';
import { serverSettingsShape } from './server-settings.ts';
import { signInSettingsShape } from './sign-in-settings.ts';
import { storeSettingsShape } from './store-settings.ts';

const KEEP_DAYS = 'must be a number of days from 1 to 36500';
const KEEP_MB = 'must be a number of MiB, 16 at least, or unlimited';

const publicUrlOf = ({ publicUrl, port, tls }: z.output<typeof serverSettingsShape>): string =>
  publicUrl ?? `${tls.certificateFile === undefined ? 'http' : 'https'}://localhost:${port}`;

/** The whole configuration: the options of each part, with their defaults. Unknown keys are refused at every level. */
export const settingsShape = z
  .strictObject({
    server: serverSettingsShape.prefault({}),
    dataDir: z.string().min(1).default('./data').describe('The directory of the embedded store.'),
    stores: storeSettingsShape.prefault({}),
    firstStart: firstStartSettingsShape.prefault({}),
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
    passwords: passwordSettingsShape.prefault({}),
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
        servicesDirectory: z
          .string()
          .min(1)
          .optional()
          .describe(
            'A directory of JSON files that describe services of your own, so that policies about them can be validated ([policy-language.md](policy-language.md#services-and-actions)). Default: none.',
          ),
      })
      .prefault({}),
    organizations: z
      .strictObject({
        createdBy: z
          .enum(['every-account', 'first-account'])
          .default('every-account')
          .describe(
            'Whose administrators may create an organization, and accounts in it: `every-account`, as at AWS, or only those of the `first-account`, that of the first start ([organizations.md](organizations.md)).',
          ),
      })
      .prefault({}),
    serviceLinkedRoles: linkedServiceListShape,
    roleTemplates: roleTemplateListShape,
    delegationTemplates: delegationTemplateListShape,
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
    alarms: alarmSettingsShape.prefault({}),
    signIn: signInSettingsShape.prefault({}),
    oidc: oidcSettingsShape.prefault({}),
    saml: samlSettingsShape.prefault({}),
    federation: federationSettingsShape.prefault({}),
    mail: mailSettingsShape.prefault({}),
  })
  .superRefine(({ server, mail, signIn: { passkeyRpId, passkeyOrigins, recoveryByMail } }, context) => {
    if (recoveryByMail && mail.smtpUrl === undefined)
      context.addIssue({
        code: 'custom',
        path: ['signIn', 'recoveryByMail'],
        message: 'needs a mail server: set mail.smtpUrl and mail.from',
      });
    const message = passkeyRpId && rpIdFault(publicUrlOf(server), passkeyRpId, passkeyOrigins);
    if (message) context.addIssue({ code: 'custom', path: ['signIn', 'passkeyRpId'], message });
    if (passkeyOrigins.length > 0 && rpIdOf(publicUrlOf(server), passkeyRpId) === undefined)
      context.addIssue({
        code: 'custom',
        path: ['signIn', 'passkeyOrigins'],
        message: 'must be empty while the host of the public URL is an IP address: it has no passkeys',
      });
  })
  .transform((settings) => ({
    ...settings,
    server: {
      ...settings.server,
      publicUrl: publicUrlOf(settings.server),
      /** The URL at which clients are asked for certificates, if it is not the public URL. */
      mtlsUrl: mtlsUrlOf(publicUrlOf(settings.server), settings.server.clientCertificates),
      /** Whether the operator left the public URL unset, so that it follows the port. */
      isPublicUrlDefault: settings.server.publicUrl === undefined,
    },
  }));
export type Settings = z.output<typeof settingsShape>;
