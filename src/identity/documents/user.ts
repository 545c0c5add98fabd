import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { accessKeyShape } from './access-key.ts';
import { principalFields } from './entity.ts';
import { invitationShape } from './invitation.ts';
import { linkShape } from './link.ts';
import { enabledMfaDeviceShape } from './mfa-device.ts';
import { passkeyShape } from './passkey.ts';
import { recoveryCodesShape } from './recovery-codes.ts';
import { serviceCredentialShape } from './service-credential.ts';
import { signingCertificateShape } from './signing-certificate.ts';
import { sshPublicKeyShape } from './ssh-public-key.ts';
import { profileShape } from './users/profile.ts';

/** A login profile, which lets a user sign in to pages with a password. */
export const loginProfileShape = z.object({
  /** An argon2id hash in PHC form. */
  passwordHash: z.string(),
  createdAt: z.number(),
  changedAt: z.number(),
  resetRequired: z.boolean(),
  /** Set if the user signs in with a passkey only: `passwordHash` is of random bytes then, which nobody knows. */
  isPasswordless: z.literal(true).optional(),
  /** When the user was warned that the password is about to be made inactive. Absent if it is not due. See `credential-policy/`. */
  warnedAt: z.number().optional(),
  /** Hashes of former passwords, newest first, if the password policy forbids reuse. */
  formerHashes: z.array(z.string()),
});
export type LoginProfile = z.infer<typeof loginProfileShape>;

/** Why one origin disabled a user, and since when (ms since the epoch). */
const disablingShape = z.object({
  reason: z.string(),
  at: z.number(),
  /** The link whose provider no longer vouched for the user; the next sign-in through it enables the user. */
  link: z.string().optional(),
});

/** Each origin disables and enables on its own. The user is disabled as long as one of them stands. */
const disabledShape = z.object({
  administrator: disablingShape.optional(),
  directory: disablingShape.optional(),
  endDate: disablingShape.optional(),
});
export type DisablingOrigin = keyof z.infer<typeof disabledShape>;

/** An address that a user had of their own until some time (ms since the epoch); without `email`, the user had none. */
const formerEmailShape = z.object({
  email: z.string().optional(),
  verifiedAt: z.number().optional(),
  until: z.number(),
});
export type FormerEmail = z.infer<typeof formerEmailShape>;

/** An IAM user and everything that belongs to it. */
export const userShape = z.object({
  accountId: z.string(),
  /** `AIDA…` */
  userId: z.string(),
  userName: z.string(),
  /** {@link foldName} of the user name. */
  nameKey: z.string(),
  path: z.string(),
  createdAt: z.number(),
  passwordLastUsedAt: z.number().optional(),
  ...principalFields,
  /** Ids of the groups that the user is in (at most 10). */
  groupIds: z.array(z.string()),
  accessKeys: z.array(accessKeyShape),
  loginProfile: loginProfileShape.optional(),
  mfaDevices: z.array(enabledMfaDeviceShape),
  /** Absent if there are none. */
  passkeys: z.array(passkeyShape).optional(),
  /** Set by the operator in an emergency: until then (ms), the user needs no factor for what is privileged. */
  breakGlass: z.object({ until: z.number(), reason: z.string() }).optional(),
  /** A removal of factors by an administrator that waits for the person's objection. See `factors/factor-reset.ts`. */
  factorReset: z.object({ askedAt: z.number() }).optional(),
  /** Absent if there are none. Removed with the last factor. */
  recoveryCodes: recoveryCodesShape.optional(),
  /** When the rule for privileged people first applied to a sign-in. See `sign-in-policy/enrolment-rule.ts`. */
  mustEnrolSince: z.number().optional(),
  /** Absent if there are none. */
  sshPublicKeys: z.array(sshPublicKeyShape).optional(),
  /** Absent if there are none. */
  signingCertificates: z.array(signingCertificateShape).optional(),
  /** Absent if there are none. */
  serviceCredentials: z.array(serviceCredentialShape).optional(),
  /** Folded e-mail address that the user may sign in with; unique across all accounts. */
  email: z.string().optional(),
  /** When the user proved that `email` is theirs, by a link or a code that was mailed to it. */
  emailVerifiedAt: z.number().optional(),
  /** The addresses before the present one, oldest first, as long as a notice of the change can be answered. Absent if there are none. */
  formerEmails: z.array(formerEmailShape).optional(),
  /** What the user, or an administrator, told of the user. Absent if nothing. */
  profile: profileShape.optional(),
  /** When what claims tell of the user last changed (ms since the epoch). Absent: when it was created. */
  claimsUpdatedAt: z.number().optional(),
  /** Absent unless the user is invited and has not accepted yet. */
  invitation: invitationShape.optional(),
  /** The outside logins of this user; absent if it has none. */
  links: z.array(linkShape).optional(),
  /** See `credentials/login-generation.ts`. */
  loginGeneration: z.number().optional(),
  /** When the user ends (ms since the epoch). Removed when that has come: `disabled.endDate` has it then. */
  endsAt: z.number().optional(),
  /** Absent if the user is enabled. */
  disabled: disabledShape.optional(),
  /**
   * When the user was offboarded; absent once it is enabled again. Its links then only keep the connectors from creating a new user: enabling
   * removes them.
   */
  offboardedAt: z.number().optional(),
  /** How many times the user was disabled. Absent until the first time. See `UserStamp` in `sessions/caller.ts`. */
  timesDisabled: z.number().optional(),
});
export type User = z.infer<typeof userShape>;

/**
 * Whether a user is marked as disabled. For writes that set or take the marks; what decides about access asks {@link isDisabledAt}, because
 * a user whose date has come may not have its mark yet.
 */
export function isDisabled({ disabled }: Pick<User, 'disabled'>): boolean {
  return [disabled?.administrator, disabled?.directory, disabled?.endDate].some((origin) => origin !== undefined);
}

/** From when on (ms since the epoch) a user cannot sign in, and nothing issued to it is valid; `undefined` if no end is known. */
export function disabledFrom(user: Pick<User, 'disabled' | 'endsAt'>): number | undefined {
  return isDisabled(user) ? 0 : user.endsAt;
}

/** Whether that time has come. */
export function hasCome(from: number | undefined, now: number): boolean {
  return from !== undefined && from <= now;
}

/** Whether a user is disabled, or its end date has come. */
export function isDisabledAt(user: Pick<User, 'disabled' | 'endsAt'>, now: number): boolean {
  return hasCome(disabledFrom(user), now);
}

export const users: CollectionDeclaration<User> = {
  name: 'users',
  shape: userShape,
  key: ['accountId', 'userId'],
  unique: {
    byName: ['accountId', 'nameKey'],
    byAccessKeyId: ['accessKeys.accessKeyId'],
    byEmail: ['email'],
    byMfaDevice: ['mfaDevices.serialNumber'],
    byLink: ['links.id'],
    byPasskey: ['passkeys.credentialId'],
    byInvitation: ['invitation.tokenHash'],
    byServiceUserName: ['serviceCredentials.aliasKey'],
  },
  indexes: {
    byEnd: ['endsAt'],
    byInvited: ['accountId', 'invitation.createdAt'],
    byGroup: ['groupIds', 'nameKey'],
    byServiceCredential: ['accountId', 'serviceCredentials.serviceName', 'nameKey'],
    byConnector: ['links.connector', 'nameKey'],
    byAttachedPolicy: ['accountId', 'attachedPolicies.policyId', 'nameKey'],
    byBoundary: ['accountId', 'permissionsBoundary.policyId', 'nameKey'],
  },
  counted: { byName: 1, byGroup: 1, byAttachedPolicy: 2, byBoundary: 2 },
};
