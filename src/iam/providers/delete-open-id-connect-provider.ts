import { DeleteOpenIDConnectProvider$, type DeleteOpenIDConnectProviderRequest } from '@aws-sdk/client-iam';
import { ServiceError } from '../../kernel/service-error.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { providerOperation } from './provider-operation.ts';

/** Roles that trust the provider keep their trust policies; its tokens are refused from now on. */
export function deleteOpenIDConnectProvider(
  deps: IamDependencies,
): SignedOperation<Decoded<DeleteOpenIDConnectProviderRequest>, NoOutput, undefined> {
  return providerOperation(deps, {
    schema: DeleteOpenIDConnectProvider$,
    readOnly: false,
    async handle({ which: { accountId, arn } }) {
      // [AWS-FACTS 31] in other words than the neighbours have
      if (!(await deps.store.oidcProviders.remove([accountId, arn]))) {
        throw new ServiceError('NoSuchEntity', `OpenId connect Provider ${arn} cannot be found.`);
      }
      return {};
    },
  });
}
