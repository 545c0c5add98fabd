import { type DisablingOrigin, isDisabled, type User } from '../../identity/documents/user.ts';
import { arnOf } from '../../identity/policy-holder/holder-kind.ts';
import { userAt } from '../../identity/users/end-dates.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import { shape, type ValueOf } from '../shapes/shape.ts';

const { boolean, enumeration, list, optional, required, structure, text, timestamp } = shape;

/** Printable text in any language, without control characters. */
const REASON = text('DisableReason', { length: [1, 500], pattern: String.raw`[^\p{Cc}\p{Cs}]+`, audited: true });

export const ORIGIN = enumeration('DisableOrigin', ['ADMINISTRATOR', 'DIRECTORY', 'END_DATE'], {
  documentation:
    'Who disabled a user: an administrator, the directory that the user comes from, or the end date of the user.',
});
export type Origin = ValueOf<typeof ORIGIN>;

const DISABLING = structure(
  'Disabling',
  {
    Origin: required(ORIGIN, 'Who disabled the user.'),
    Reason: required(REASON, 'Why.'),
    Since: required(timestamp('DisabledSince'), 'When the user was disabled.'),
  },
  { documentation: 'Why a user is disabled.' },
);

export const END_DATE = timestamp('UserEndDate');

const USER_STATUS = structure(
  'UserStatus',
  {
    UserName: required(text('StatusUserName', { length: [1, 64] }), 'The name of the user.'),
    UserId: required(text('UserId', { length: [16, 128] }), 'The unique id of the user.'),
    Arn: required(text('UserArn', { length: [20, 2048] }), 'The ARN of the user.'),
    Enabled: required(boolean('Enabled'), 'Whether the user is enabled. If not, `DisabledBy` says why.'),
    EndDate: optional(END_DATE, 'When the user ends, or has ended. Absent: never.'),
    DisabledBy: required(list('DisablingList', DISABLING), 'Every origin that has disabled the user.'),
  },
  { documentation: 'Whether a user is enabled.' },
);

/** The input that names the user. */
export const NAMED_USER = {
  UserName: required(
    text('UserName', { length: [1, 64], pattern: String.raw`[\w+=,.@-]+`, audited: true }),
    'The name of the user.',
  ),
};

/** The input that says why. */
export const GIVEN_REASON = {
  Reason: required(
    REASON,
    'Why the user is disabled. It is stored with the user and audited, so it must contain no secret.',
  ),
};

/** The output of every operation on the status of a user. */
export const STATUS_OUTPUT = { User: required(USER_STATUS, 'The user as it is now.') };

const ORIGINS: readonly (readonly [DisablingOrigin, Origin])[] = [
  ['administrator', 'ADMINISTRATOR'],
  ['directory', 'DIRECTORY'],
  ['endDate', 'END_DATE'],
];

/** The origin, as it is stored. */
export function storedOrigin(origin: Origin): DisablingOrigin {
  return ORIGINS.find(([, shown]) => shown === origin)?.[0] ?? 'administrator';
}

/** A user's status as the API shows it. */
export function userStatus(found: User, now: number): { User: ValueOf<typeof USER_STATUS> } {
  const user = userAt(found, now);
  const DisabledBy = ORIGINS.flatMap(([stored, Origin]) => {
    const found = user.disabled?.[stored];
    return found === undefined ? [] : [{ Origin, Reason: found.reason, Since: new Date(found.at) }];
  });
  const { userName: UserName, userId: UserId } = user;
  const endsAt = user.endsAt ?? user.disabled?.endDate?.at;
  const status = { UserName, UserId, Arn: arnOf(userKind, user), Enabled: !isDisabled(user), DisabledBy };
  return { User: { ...status, ...(endsAt !== undefined && { EndDate: new Date(endsAt) }) } };
}
