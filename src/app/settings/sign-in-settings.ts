import * as z from 'zod';
import { relatedOriginFault, relatedOriginsFault } from '../../identity/passkeys/related-origins.ts';

const SECONDS = 'must be a number of seconds from 60 to 43200';
/** A host name in lower case with at least two labels, or `localhost`. */
const RP_ID = /^(?:localhost|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)$/;
const HOURS = 'must be a number of hours from 0 to 168';
const DAYS = 'must be a number of days from 0 to 365';

const reporting =
  <Value>(faultOf: (value: Value) => string | undefined) =>
  (value: Value, context: z.RefinementCtx): void => {
    const message = faultOf(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  };

/** What sign-in policies go by (docs/sign-in-policy.md). */
export const signInSettingsShape = z.strictObject({
  adminPasskeyDays: z
    .int(DAYS)
    .min(0, DAYS)
    .max(365, DAYS)
    .default(7)
    .describe(
      'How many days root users, administrators and everyone who may change other identities may sign in without a passkey or security key, counted from their first sign-in that way; 0 to 365. After that, a sign-in without one leads to the page that adds one. 0: as long as they like.',
    ),
  passkeyRpId: z
    .string()
    .max(253)
    .regex(RP_ID, 'must be a host name in lower case such as example.org, without scheme and port')
    .optional()
    .describe(
      'The host name that passkeys are valid for (the RP ID): the host of the public URL, or a domain that contains it. Passkeys for `example.org` still work after the server moves from `id.example.org` to `login.example.org`. Changing it makes all existing passkeys unusable ([factors.md](factors.md#the-host-name-of-passkeys)). Default: the host of the public URL.',
    ),
  passkeyOrigins: z
    .array(z.string().superRefine(reporting(relatedOriginFault)))
    .superRefine((origins, context) => {
      // Only of a list whose members are all valid: the others have messages of their own.
      if (origins.every((origin) => relatedOriginFault(origin) === undefined))
        reporting(relatedOriginsFault)(origins, context);
    })
    .default([])
    .describe(
      'Other https origins that may use the passkeys of this server (related origins), such as `https://login.example.com`: they are published at `/.well-known/webauthn`, and passkeys that were made or shown there are accepted. Browsers read at most five different names of domains. Each origin is trusted as this server is ([factors.md](factors.md#passkeys-of-several-domains)). Separate them with commas in the variable. Default: none.',
    ),
  recoveryByMail: z
    .boolean()
    .default(false)
    .describe(
      'Whether people who have forgotten their password get a link to a new one by mail ([passwords.md](passwords.md#forgotten-passwords)). Needs a mail server.',
    ),
  privilegedSeconds: z
    .int(SECONDS)
    .min(60, SECONDS)
    .max(43_200, SECONDS)
    .default(900)
    .describe(
      'How long ago, in seconds, a person may have shown a passkey or security key to assume a privileged role or add someone to a privileged group; 60 to 43200.',
    ),
  protectAdministrators: z
    .boolean()
    .default(false)
    .describe(
      'Whether the passwords, passkeys, access keys and logins of administrators who have a passkey are given and reset only by a person who has just shown a passkey or security key, as for members of privileged groups ([step-up.md](step-up.md#privileged-roles-and-groups)). Otherwise an access key with the permission suffices, as in AWS.',
    ),
  factorResetHours: z
    .int(HOURS)
    .min(0, HOURS)
    .max(168, HOURS)
    .default(0)
    .describe(
      'How many hours pass between an administrator’s first `DeactivateMFADevice` for another user and the one that removes the factor; 0 to 168. The first one tells the user by mail, who can object ([factors.md](factors.md#when-an-administrator-removes-a-factor)). 0: it is removed at once, as in AWS.',
    ),
  geoDatabase: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A database of the places of addresses, in MaxMind’s format (`.mmdb`), for `signin:Country` and `signin:ImpossibleTravel`. Read at the start and when the configuration is reloaded.',
    ),
  addressList: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A list of addresses and CIDR ranges, one a line, for `signin:ListedAddress`. Read at the start and when the configuration is reloaded.',
    ),
});
