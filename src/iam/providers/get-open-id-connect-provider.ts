import {
  GetOpenIDConnectProvider$,
  type GetOpenIDConnectProviderRequest,
  type GetOpenIDConnectProviderResponse,
} from '@aws-sdk/client-iam';
import { requireProvider } from '../../identity/providers/require-provider.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { fromTags } from '../tag-output.ts';
import { providerOperation } from './provider-operation.ts';

type Input = Decoded<GetOpenIDConnectProviderRequest>;

export function getOpenIDConnectProvider(
  deps: IamDependencies,
): SignedOperation<Input, GetOpenIDConnectProviderResponse, undefined> {
  return providerOperation(deps, {
    schema: GetOpenIDConnectProvider$,
    readOnly: true,
    async handle({ which }) {
      const provider = await requireProvider(deps.store, which);
      return {
        Url: provider.url,
        ClientIDList: provider.clientIds,
        ThumbprintList: provider.thumbprints,
        CreateDate: new Date(provider.createdAt),
        Tags: fromTags(provider.tags),
      };
    },
  });
}
