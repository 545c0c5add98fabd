import type { Target } from '../../authorize/target.ts';
import { type Account, DEFAULT_TIME_ZONE } from '../../identity/documents/account.ts';
import { actionOf } from '../../operations/action-of.ts';
import { rolecallArn } from '../rolecall-service.ts';
import type { Declared } from '../shapes/declare-operation.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';
import { TIME_ZONE } from '../sign-in-policy/sign-in-policy-shapes.ts';

/** The settings in force. */
export const SETTINGS_OUTPUT = {
  TimeZone: shape.required(TIME_ZONE, 'The time zone of `rolecall:HourOfDay` and `rolecall:DayOfWeek`.'),
};

export function shownSettings({ timeZone }: Pick<Account, 'timeZone'>): StructureOf<typeof SETTINGS_OUTPUT> {
  return { TimeZone: timeZone ?? DEFAULT_TIME_ZONE };
}

/** The settings of an account, as what permissions are checked on. */
export function settingsTarget({ schema }: Pick<Declared, 'schema'>, accountId: string): Target {
  const resource = rolecallArn(accountId, 'account-settings');
  return { action: actionOf(schema), resource, resourceAccountId: accountId };
}
