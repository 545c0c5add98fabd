import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { accessKeyShape } from './access-key.ts';
import { enabledMfaDeviceShape } from './mfa-device.ts';
import { passkeyShape } from './passkey.ts';
import { recoveryCodesShape } from './recovery-codes.ts';
import { signingCertificateShape } from './signing-certificate.ts';

/** The time zone of accounts that have not chosen any. */
export const DEFAULT_TIME_ZONE = 'UTC';

/** As set by `UpdateAccountPasswordPolicy`. If absent, the default policy applies (docs/passwords.md). */
export const passwordPolicyShape = z.object({
  minimumPasswordLength: z.number(),
  requireSymbols: z.boolean(),
  requireNumbers: z.boolean(),
  requireUppercaseCharacters: z.boolean(),
  requireLowercaseCharacters: z.boolean(),
  allowUsersToChangePassword: z.boolean(),
  /** Days; 0: passwords do not expire. */
  maxPasswordAge: z.number(),
  /** How many former passwords may not be reused; 0: no limit. */
  passwordReusePrevention: z.number(),
  hardExpiry: z.boolean(),
  /** Whether a caller set `hardExpiry`. Earlier versions did not store this. */
  isHardExpirySet: z.boolean().optional(),
});
export type PasswordPolicy = z.infer<typeof passwordPolicyShape>;

/** As set by `PutSignInPolicy`. */
export const signInPolicyShape = z.object({
  /** The text of the policy. */
  document: z.string(),
  /** The IANA time zone of `signin:Hour` and `signin:Weekday`. */
  timeZone: z.string(),
  updatedAt: z.number(),
});
export type StoredSignInPolicy = z.infer<typeof signInPolicyShape>;

/** As set by `SetSessionLimits`. An absent limit is that of the server's configuration. */
export const sessionLimitsShape = z.object({
  idleSeconds: z.number().optional(),
  /** Counted from the sign-in. */
  absoluteSeconds: z.number().optional(),
});
export type StoredSessionLimits = z.infer<typeof sessionLimitsShape>;

/** As set by `PutAccountBranding`. */
export const brandingShape = z.object({
  displayName: z.string(),
  /** `#rrggbb`, in small letters. */
  color: z.string().optional(),
  /** The image itself is in the collection `brandLogos`. */
  logo: z.object({ logoId: z.string(), type: z.string(), width: z.number(), height: z.number() }).optional(),
  updatedAt: z.number(),
});
export type StoredBranding = z.infer<typeof brandingShape>;

/** As set by `PutPasskeyPolicy`: which authenticators users may enrol from then on. */
export const passkeyPolicyShape = z.object({
  attestation: z.enum(['none', 'required']),
  /** Lower case. Empty: any model. */
  allowedAaguids: z.array(z.string()),
  /** Root certificates, PEM. Empty unless attestation is required. */
  trustAnchors: z.array(z.string()),
  updatedAt: z.number(),
});
export type StoredPasskeyPolicy = z.infer<typeof passkeyPolicyShape>;

/** As set by `PutCredentialPolicy`: how long users' access keys and passwords live. At least one rule is set. */
export const credentialPolicyShape = z.object({
  /** Days since the creation of an access key. */
  accessKeyMaxAge: z.number().optional(),
  /** Days since the last use of an access key. */
  accessKeyUnused: z.number().optional(),
  /** Days since the last sign-in with a password. */
  passwordUnused: z.number().optional(),
  /** Whether users may have no access keys at all. */
  temporaryOnly: z.literal(true).optional(),
  /** Users with this tag are exempt; without a value, with any value of the key. */
  exempt: z.object({ key: z.string(), value: z.string().optional() }).optional(),
  /** Whether credentials are made inactive. Absent: they are only listed. */
  isEnforced: z.literal(true).optional(),
  /** Since when, without an interruption. Warnings from before do not count. */
  enforcedSince: z.number().optional(),
  /** How many days before that the holder is warned. */
  warnDays: z.number(),
  updatedAt: z.number(),
});
export type StoredCredentialPolicy = z.infer<typeof credentialPolicyShape>;

export const rootUserShape = z.object({
  /** Folded; unique across all accounts. */
  email: z.string(),
  /** Absent if the root user has no password: it was deleted in a session of `AssumeRoot`, or never set. */
  passwordHash: z.string().optional(),
  /** When the password was created, if not with the account. */
  passwordCreatedAt: z.number().optional(),
  passwordChangedAt: z.number().optional(),
  passwordLastUsedAt: z.number().optional(),
  accessKeys: z.array(accessKeyShape),
  mfaDevices: z.array(enabledMfaDeviceShape),
  /** Absent if there are none. */
  passkeys: z.array(passkeyShape).optional(),
  /** Absent if there are none. Removed with the last factor. */
  recoveryCodes: recoveryCodesShape.optional(),
  /** When the rule for privileged people first applied to a sign-in. See `sign-in-policy/enrolment-rule.ts`. */
  mustEnrolSince: z.number().optional(),
  /** Absent if there are none. */
  signingCertificates: z.array(signingCertificateShape).optional(),
  /** See `credentials/login-generation.ts`. */
  loginGeneration: z.number().optional(),
});

/** An account, the boundary of everything IAM names. Its root user is part of it. */
export const accountShape = z.object({
  /** 12 digits. */
  accountId: z.string(),
  alias: z.string().optional(),
  createdAt: z.number(),
  root: rootUserShape,
  passwordPolicy: passwordPolicyShape.optional(),
  /** What `SetSecurityTokenServicePreferences` chose; absent until then. It has no effect: all tokens are valid in every region. */
  globalEndpointTokenVersion: z.literal([1, 2]).optional(),
  /** The property `RoleManager/Enabled`; absent until it was set. */
  isRoleManagerEnabled: z.boolean().optional(),
  /** Absent until it was enabled for the first time. The issuer stays the account's. */
  outboundFederation: z.object({ issuerId: z.string(), isEnabled: z.boolean() }).optional(),
  /** Absent if the account has none. */
  signInPolicy: signInPolicyShape.optional(),
  /** Absent if the account has none of its own. */
  sessionLimits: sessionLimitsShape.optional(),
  /** Absent if the account has none. */
  branding: brandingShape.optional(),
  /** Absent if the account has none. */
  passkeyPolicy: passkeyPolicyShape.optional(),
  /** Absent if the account has none. */
  credentialPolicy: credentialPolicyShape.optional(),
  /** The quotas that differ from AWS's defaults, by name, as set by `SetQuota`. Absent if none does. */
  quotas: z.record(z.string(), z.number()).optional(),
  /** When the account was closed (ms since the epoch); absent if it is open. See `store/without-closed-accounts.ts`. */
  closedAt: z.number().optional(),
  /** When it was last opened again. Sessions from before have ended. */
  reopenedAt: z.number().optional(),
  /** The IANA time zone of `rolecall:HourOfDay` and `rolecall:DayOfWeek`. Absent: that of {@link DEFAULT_TIME_ZONE}. */
  timeZone: z.string().optional(),
});
export type Account = z.infer<typeof accountShape>;

export const accounts: CollectionDeclaration<Account> = {
  name: 'accounts',
  shape: accountShape,
  key: ['accountId'],
  unique: {
    byAlias: ['alias'],
    byRootEmail: ['root.email'],
    byRootAccessKeyId: ['root.accessKeys.accessKeyId'],
    byOutboundIssuer: ['outboundFederation.issuerId'],
    byRootPasskey: ['root.passkeys.credentialId'],
  },
  indexes: { byClosedAt: ['closedAt'] },
};
