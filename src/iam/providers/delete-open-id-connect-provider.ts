import { DeleteOpenIDConnectProvider$, type DeleteOpenIDConnectProviderRequest } from '@aws-sdk/client-iam';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { providerOperation } from './provider-operation.ts';

/** Roles that trust the provider keep their trust policies; its tokens are refused from now on. One that is not there is no error. */
export function deleteOpenIDConnectProvider(
  deps: IamDependencies,
): SignedOperation<Decoded<DeleteOpenIDConnectProviderRequest>, NoOutput, undefined> {
  return providerOperation(deps, {
    schema: DeleteOpenIDConnectProvider$,
    readOnly: false,
    async handle({ which: { accountId, arn } }) {
      await deps.store.oidcProviders.remove([accountId, arn]);
      return {};
    },
  });
}
