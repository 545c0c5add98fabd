import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { requireTimeZone } from '../sign-in-policy/put-sign-in-policy.ts';
import { TIME_ZONE } from '../sign-in-policy/sign-in-policy-shapes.ts';
import { SETTINGS_OUTPUT, settingsTarget, shownSettings } from './account-settings-shapes.ts';

export const PutAccountSettings = declareOperation({
  name: 'PutAccountSettings',
  documentation:
    'Sets the settings of the account, in the place of former ones. Policies are decided by them at once. The permission is checked on `arn:aws:rolecall::<account>:account-settings`.',
  readOnly: false,
  input: {
    TimeZone: shape.optional(
      TIME_ZONE,
      'The time zone of `rolecall:HourOfDay` and `rolecall:DayOfWeek`, such as `Europe/Berlin`. Default: `UTC`.',
    ),
  },
  output: SETTINGS_OUTPUT,
});

export function putAccountSettingsOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(PutAccountSettings, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [settingsTarget(PutAccountSettings, accountId)], subject: undefined };
    },
    async handle({ TimeZone: timeZone }, { caller: { accountId } }) {
      if (timeZone !== undefined) requireTimeZone(timeZone);
      const settings = timeZone === undefined ? {} : { timeZone };
      await store.accounts.update([accountId], ({ timeZone: _former, ...account }) => ({ ...account, ...settings }));
      return shownSettings(settings);
    },
  });
}
