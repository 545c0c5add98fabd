import type { User } from '../../identity/documents/user.ts';
import type { ProfileAttribute, ProfileValues } from '../../identity/documents/users/profile.ts';
import { ATTRIBUTE_RULES, type AttributeFault, readAttribute } from '../../identity/profile/attribute-rules.ts';
import { changeProfile, givenOutside, type ProfileChange } from '../../identity/profile/change-profile.ts';
import { type Caller, personBehind } from '../../identity/sessions/caller.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { USER } from '../users/user-resource.ts';
import { NAMED_USER } from '../users/user-status.ts';
import { shownAttribute, storedAttribute } from './profile-attributes.ts';
import { PROFILE_ERRORS } from './profile-errors.ts';
import {
  ATTRIBUTE_MEMBERS,
  ATTRIBUTES,
  givenValues,
  memberOf,
  PHONE_VERIFIED,
  PROFILE_OUTPUT,
  shownProfile,
} from './profile-shapes.ts';

export const PutUserProfile = declareOperation({
  name: 'PutUserProfile',
  documentation:
    'Sets attributes of the profile of a user, which apps may learn by the scopes `profile`, `phone` and `address` (docs/profiles.md). Attributes that are left out stay as they are; `Remove` removes some. Values are never audited, only the names of the attributes. Users may call it for themselves if a policy allows it on their own ARN; then `oidc.ownProfileAttributes` says which attributes. The permission is checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: false,
  input: {
    ...NAMED_USER,
    ...ATTRIBUTE_MEMBERS,
    PhoneNumberVerified: shape.optional(
      PHONE_VERIFIED,
      'Whether you vouch for the number: apps may rely on it. Default: not for a new number, and as before for the present one. Not for the own number.',
    ),
    Remove: shape.optional(ATTRIBUTES, 'Attributes to remove.'),
  },
  output: PROFILE_OUTPUT,
  errors: [USER_ERRORS.NoSuchUser, PROFILE_ERRORS.FromOutside, PROFILE_ERRORS.OwnAttribute],
});

export function putUserProfileOperation({
  store,
  ownProfileAttributes,
}: Pick<RolecallDependencies, 'store' | 'ownProfileAttributes'>) {
  return declaredOperation(
    PutUserProfile,
    namedOperation(
      { store },
      {
        schema: PutUserProfile.schema,
        kind: USER,
        readOnly: false,
        name: ({ UserName }) => UserName,
        async handle({ input, call: { caller, now }, found }) {
          const set = readValues(givenValues(input));
          const remove = (input.Remove ?? []).map(storedAttribute);
          const twice = remove.find((name) => set[name] !== undefined);
          if (twice !== undefined) throw invalid(memberOf(twice), 'is in Remove as well');
          const change = { set, remove, isPhoneVerified: input.PhoneNumberVerified };
          requireChangeable(found, change, { caller, ownProfileAttributes });
          const changed = await changeProfile({ store, now }, found, change);
          if (changed === undefined) throw USER.notFound(found.userName);
          return shownProfile(changed);
        },
      },
    ),
  );
}

/** @throws {ServiceError} AttributeFromOutsideException, OwnAttributeException. */
export function requireChangeable(
  user: User,
  change: ProfileChange,
  {
    caller,
    ownProfileAttributes: own,
  }: { readonly caller: Caller } & Pick<RolecallDependencies, 'ownProfileAttributes'>,
): void {
  const [outside] = givenOutside(user, change);
  if (outside !== undefined) {
    const name = shownAttribute(outside);
    throw new ServiceError(
      PROFILE_ERRORS.FromOutside,
      `${name} comes from an outside login of the user. Change it there, or remove it from the rules of the connector.`,
    );
  }
  if (personBehind(caller) !== user.userId) return;
  if (change.isPhoneVerified !== undefined) {
    throw new ServiceError(PROFILE_ERRORS.OwnAttribute, 'You cannot vouch for your own phone number.');
  }
  const changed = [...(Object.keys(change.set) as ProfileAttribute[]), ...change.remove];
  const refused = changed.find((name) => !own.has(name));
  if (refused === undefined) return;
  throw new ServiceError(
    PROFILE_ERRORS.OwnAttribute,
    `You cannot change ${shownAttribute(refused)} yourself. Ask an administrator.`,
  );
}

const FAULTS: Readonly<Record<AttributeFault, string>> = {
  'too-long': 'has too many characters',
  characters: 'must have no control characters, and none that change the direction of text',
  https: 'must be an https address without a user name',
  birthdate: 'must be YYYY-MM-DD, 0000-MM-DD or YYYY',
  zoneinfo: 'must be a time zone of the IANA database, such as Europe/Berlin',
  locale: 'must be a language tag (BCP 47), such as de-CH',
  phone: 'must be a phone number with the country code (E.164), such as +493012345678',
};

/** @throws {ServiceError} ValidationError */
function readValues(given: ProfileValues): ProfileValues {
  const read = (Object.entries(given) as [ProfileAttribute, string][]).map(([name, text]) => {
    const result = text.trim() === '' ? 'characters' : readAttribute(name, text);
    if (typeof result === 'object') return [name, result.value] as const;
    if (text.trim() === '') throw invalid(memberOf(name), 'must not be blank: name it in Remove instead');
    const limit = result === 'too-long' ? `: at most ${ATTRIBUTE_RULES[name].longest}` : '';
    throw invalid(memberOf(name), FAULTS[result] + limit);
  });
  return Object.fromEntries(read);
}

/** Without the value: it may be personal, and errors are logged. */
function invalid(member: string, why: string): ServiceError {
  return new ServiceError('ValidationError', `1 validation error detected: ${member}: ${why}`);
}
