import {
  ListOpenIDConnectProviderTags$,
  type ListOpenIDConnectProviderTagsRequest,
  type ListOpenIDConnectProviderTagsResponse,
} from '@aws-sdk/client-iam';
import { requireProvider } from '../../identity/providers/require-provider.ts';
import { listTags } from '../../identity/rules/merge-tags.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { fromTags } from '../tag-output.ts';
import { providerOperation } from './provider-operation.ts';

type Input = Decoded<ListOpenIDConnectProviderTagsRequest>;

export function listOpenIDConnectProviderTags(
  deps: IamDependencies,
): SignedOperation<Input, ListOpenIDConnectProviderTagsResponse, undefined> {
  return providerOperation(deps, {
    schema: ListOpenIDConnectProviderTags$,
    readOnly: true,
    async handle({ input, which }) {
      const page = listTags((await requireProvider(deps.store, which)).tags, pageRequest(input));
      return { Tags: fromTags(page.items), ...truncation(page) };
    },
  });
}
