import { removeBranding } from '../../identity/branding/set-branding.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { BRANDING_ERRORS, brandingTarget } from './branding-shapes.ts';
import { noBranding } from './get-account-branding.ts';

/** Removes the branding of the caller's account. */
export const DeleteAccountBranding = declareOperation({
  name: 'DeleteAccountBranding',
  documentation:
    'Removes the name, the colour and the logo of the account. Its pages are shown as ours again. The permission is checked on `arn:aws:rolecall::<account>:branding`.',
  readOnly: false,
  input: {},
  output: {},
  errors: [BRANDING_ERRORS.NoSuchBranding],
});

export function deleteAccountBrandingOperation({ store, clock }: Pick<RolecallDependencies, 'store' | 'clock'>) {
  return declaredOperation(DeleteAccountBranding, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [brandingTarget(DeleteAccountBranding, accountId)], subject: undefined };
    },
    async handle(_input, { caller: { accountId } }) {
      if (!(await removeBranding({ store, clock }, accountId))) throw noBranding();
      return {};
    },
  });
}
