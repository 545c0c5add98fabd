import { withoutAssigned } from '../applications/assignments.ts';
import type { ApplicationEditor } from '../applications/edit-applications.ts';
import { userHolder } from '../credentials/stored-holders.ts';
import { isDisabled, type User } from '../documents/user.ts';
import { ownerIdOf } from '../factors/device-assignment.ts';
import { removeFactors } from '../factors/remove-factors.ts';
import { findMfaDevice } from '../factors/require-mfa-device.ts';
import { withoutProfile } from '../profile/change-profile.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';
import { withUserDisabled } from './disable-user.ts';

/** One thing that offboarding ends. */
export interface EndedItem {
  readonly kind:
    | 'sign-in-and-sessions'
    | 'access-key'
    | 'ssh-public-key'
    | 'signing-certificate'
    | 'service-credential'
    | 'password'
    | 'invitation'
    | 'profile'
    | 'factor'
    | 'outside-login'
    | 'application';
  readonly name: string;
}

interface OffboardDependencies {
  readonly store: IdentityStore;
  readonly applications: Pick<ApplicationEditor, 'amend'>;
}

/** What offboarding the user would end now. Empty once it is complete, so that an interrupted one shows what is left. */
export async function planOffboarding(store: IdentityStore, user: User): Promise<readonly EndedItem[]> {
  const { userName, accessKeys, loginProfile, invitation, mfaDevices, passkeys = [], links = [] } = user;
  const { sshPublicKeys = [], signingCertificates = [], serviceCredentials = [] } = user;
  const items = (kind: EndedItem['kind'], names: readonly string[]) => names.map((name) => ({ kind, name }));
  return [
    ...items('sign-in-and-sessions', isDisabled(user) ? [] : [userName]),
    ...items(
      'access-key',
      accessKeys.map(({ accessKeyId }) => accessKeyId),
    ),
    ...items(
      'ssh-public-key',
      sshPublicKeys.map(({ keyId }) => keyId),
    ),
    ...items(
      'signing-certificate',
      signingCertificates.map(({ certificateId }) => certificateId),
    ),
    ...items(
      'service-credential',
      serviceCredentials.map(({ credentialId }) => credentialId),
    ),
    ...items('password', loginProfile === undefined ? [] : [userName]),
    ...items('profile', user.profile === undefined ? [] : [userName]),
    ...items('invitation', invitation === undefined ? [] : [invitation.email]),
    ...items(
      'factor',
      [...mfaDevices, ...passkeys].map(({ serialNumber }) => serialNumber),
    ),
    ...items(
      'outside-login',
      user.offboardedAt === undefined ? links.map(({ connector, subject }) => `${connector}/${subject}`) : [],
    ),
    ...items(
      'application',
      (await assignedTo(store, user)).map(({ applicationId }) => applicationId),
    ),
  ];
}

async function assignedTo(store: IdentityStore, { accountId, userId }: User) {
  const applications = await readWholeIndex(store.applications, 'key', [accountId]);
  return applications.filter(({ assignments }) => assignments.users.includes(userId));
}

/**
 * Ends everything by which a user can do something. The first write disables the user and takes the credentials away; what is left after an
 * interruption is ended by calling this again. The user itself, its groups and policies stay for the record. Its outside logins end, too, but
 * stay in the document: they are refused as long as they belong to a disabled user, while without them the connector would create a new user
 * at the next sign-in. Enabling the user removes them.
 * @returns the user after the change; `undefined` if it is gone.
 */
export async function offboardUser(
  { store, applications }: OffboardDependencies,
  { user, reason, now }: { readonly user: User; readonly reason: string; readonly now: number },
): Promise<User | undefined> {
  const { accountId, userId } = user;
  const ended = await store.users.update([accountId, userId], (old) => {
    const { loginProfile: _password, invitation: _invitation, endsAt: _date, breakGlass: _glass, ...others } = old;
    const {
      sshPublicKeys: _keys,
      signingCertificates: _certificates,
      serviceCredentials: _credentials,
      ...rest
    } = others;
    const disabled = withUserDisabled(withoutProfile(rest, now), { origin: 'administrator', reason, now });
    // The links stay, but not what they told of the person.
    const links = disabled.links?.map(({ profile: _profile, ...link }) => link);
    return { ...disabled, ...(links && { links }), accessKeys: [], offboardedAt: old.offboardedAt ?? now };
  });
  if (ended === undefined) return undefined;
  const holder = userHolder(ended);
  // The devices first: once the user no longer has them, nothing would lead to them after an interruption.
  for (const { serialNumber } of ended.mfaDevices) {
    const device = await findMfaDevice(store, accountId, serialNumber);
    if (device?.assignment?.ownerId === ownerIdOf(holder))
      await store.virtualMfaDevices.remove([device.accountId, device.serialKey]);
  }
  if (holder.factors.length > 0) await removeFactors(store, holder);
  for (const application of await assignedTo(store, ended)) {
    await applications.amend(application, ({ assignments }) => ({
      assignments: withoutAssigned(assignments, 'users', userId),
    }));
  }
  return store.users.get([accountId, userId]);
}
