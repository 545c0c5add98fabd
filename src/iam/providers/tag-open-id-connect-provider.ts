import { TagOpenIDConnectProvider$, type TagOpenIDConnectProviderRequest } from '@aws-sdk/client-iam';
import { tagProvider } from '../../identity/providers/provider-lists.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { toTags } from '../tag-output.ts';
import { providerOperation } from './provider-operation.ts';

export function tagOpenIDConnectProvider(
  deps: IamDependencies,
): SignedOperation<Decoded<TagOpenIDConnectProviderRequest>, NoOutput, undefined> {
  return providerOperation(deps, {
    schema: TagOpenIDConnectProvider$,
    readOnly: false,
    keys: ({ Tags }) => ({ requestTags: toTags(Tags) ?? [] }),
    async handle({ input, which }) {
      await tagProvider(deps.store, which, toTags(input.Tags) ?? []);
      return {};
    },
  });
}
