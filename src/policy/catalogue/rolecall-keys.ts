import { BOOL, type ConditionKey } from './condition-key.ts';

/** The condition keys of our own that AWS does not have, besides those of sign-ins. */
export const ROLECALL_KEYS = [
  {
    name: 'rolecall:ResourcePrivileged',
    ...BOOL,
    origin: 'resource',
    presence:
      'requests on a role or group, AssumeRole… among them: whether it is [marked as privileged](step-up.md#privileged-roles-and-groups)',
  },
] as const satisfies readonly ConditionKey[];
