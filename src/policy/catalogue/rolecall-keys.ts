import { BOOL, type ConditionKey, NUMERIC, STRING, STRINGS } from './condition-key.ts';

/** The condition keys of our own that AWS does not have, besides those of sign-ins. */
export const ROLECALL_KEYS = [
  {
    name: 'rolecall:HourOfDay',
    ...NUMERIC,
    origin: 'request',
    presence:
      'every request: the hour, 0 to 23, in the [time zone](#the-time-of-day) of the account that owns the resource',
  },
  {
    name: 'rolecall:DayOfWeek',
    ...STRING,
    origin: 'request',
    presence: 'every request: the day of the week in English (`Monday`), in that time zone',
  },
  {
    name: 'rolecall:ResourcePrivileged',
    ...BOOL,
    origin: 'resource',
    presence:
      'requests on a role or group, AssumeRole… among them: whether it is [marked as privileged](step-up.md#privileged-roles-and-groups)',
  },
  {
    name: 'rolecall:ClientId',
    ...STRING,
    origin: 'operation',
    presence: '`rolecall:GetAccessToken`: the client that asks for the [access token](token-exchange.md)',
  },
  {
    name: 'rolecall:Scope',
    ...STRINGS,
    origin: 'operation',
    presence: '`rolecall:GetAccessToken`: the scopes of the access token; absent if it has none',
  },
] as const satisfies readonly ConditionKey[];
