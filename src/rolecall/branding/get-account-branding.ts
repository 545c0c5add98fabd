import { ServiceError } from '../../kernel/service-error.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { BRANDING_ERRORS, brandingTarget, STORED_BRANDING, shownBranding } from './branding-shapes.ts';

/** Returns the branding of the caller's account. */
export const GetAccountBranding = declareOperation({
  name: 'GetAccountBranding',
  documentation:
    'Returns the name, the colour and the logo of the account. The permission is checked on `arn:aws:rolecall::<account>:branding`.',
  readOnly: true,
  input: {},
  output: STORED_BRANDING,
  errors: [BRANDING_ERRORS.NoSuchBranding],
});

export function getAccountBrandingOperation({ store, server }: Pick<RolecallDependencies, 'store' | 'server'>) {
  return declaredOperation(GetAccountBranding, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [brandingTarget(GetAccountBranding, accountId)], subject: undefined };
    },
    async handle(_input, { caller: { accountId } }) {
      const branding = (await store.accounts.get([accountId]))?.branding;
      if (branding === undefined) throw noBranding();
      return shownBranding(branding, { accountId, publicUrl: server.PublicUrl });
    },
  });
}

export function noBranding(): ServiceError {
  return new ServiceError(BRANDING_ERRORS.NoSuchBranding, 'The account has no branding.');
}
