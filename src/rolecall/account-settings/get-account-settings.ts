import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { SETTINGS_OUTPUT, settingsTarget, shownSettings } from './account-settings-shapes.ts';

export const GetAccountSettings = declareOperation({
  name: 'GetAccountSettings',
  documentation:
    'Returns the settings of the account. The permission is checked on `arn:aws:rolecall::<account>:account-settings`.',
  readOnly: true,
  input: {},
  output: SETTINGS_OUTPUT,
});

export function getAccountSettingsOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(GetAccountSettings, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [settingsTarget(GetAccountSettings, accountId)], subject: undefined };
    },
    async handle(_input, { caller: { accountId } }) {
      return shownSettings((await store.accounts.get([accountId])) ?? {});
    },
  });
}
