import { ListOpenIDConnectProviders$, type ListOpenIDConnectProvidersResponse } from '@aws-sdk/client-iam';
import { oidcProviderArn } from '../../identity/providers/require-provider.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

export function listOpenIDConnectProvidersOperation(
  deps: IamDependencies,
): SignedOperation<object, ListOpenIDConnectProvidersResponse, undefined> {
  return signedOperation({
    schema: ListOpenIDConnectProviders$,
    readOnly: true,
    authorize(_input, { caller: { accountId } }) {
      return onAccount(ListOpenIDConnectProviders$, accountId, { resource: oidcProviderArn(accountId, '*') });
    },
    async handle(_input, { caller: { accountId } }) {
      const providers = await readWholeIndex(deps.store.oidcProviders, 'key', [accountId]);
      return { OpenIDConnectProviderList: providers.map(({ arn }) => ({ Arn: arn })) };
    },
  });
}
