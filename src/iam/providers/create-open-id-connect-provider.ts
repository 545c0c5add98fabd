import {
  CreateOpenIDConnectProvider$,
  type CreateOpenIDConnectProviderRequest,
  type CreateOpenIDConnectProviderResponse,
  TagOpenIDConnectProvider$,
} from '@aws-sdk/client-iam';
import { createOidcProvider } from '../../identity/providers/create-provider.ts';
import { parseProviderUrl } from '../../identity/providers/provider-url.ts';
import { oidcProviderArn } from '../../identity/providers/require-provider.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onNewResource } from '../account-target.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { tagsMember, toTags } from '../tag-output.ts';

type Input = Decoded<CreateOpenIDConnectProviderRequest>;

export function createOpenIDConnectProviderOperation(
  deps: IamDependencies,
): SignedOperation<Input, CreateOpenIDConnectProviderResponse, undefined> {
  return signedOperation({
    schema: CreateOpenIDConnectProvider$,
    readOnly: false,
    authorize({ Url, Tags }, { caller: { accountId } }) {
      return onNewResource(CreateOpenIDConnectProvider$, TagOpenIDConnectProvider$, {
        resourceAccountId: accountId,
        resource: oidcProviderArn(accountId, parseProviderUrl(Url, deps.ownIssuer).url),
        requestTags: toTags(Tags) ?? [],
      });
    },
    async handle({ Url, ClientIDList, ThumbprintList, Tags }, { now, caller: { accountId } }) {
      const provider = await createOidcProvider(deps, {
        accountId,
        url: Url,
        clientIds: ClientIDList ?? [],
        thumbprints: ThumbprintList ?? [],
        tags: toTags(Tags) ?? [],
        now,
      });
      return { OpenIDConnectProviderArn: provider.arn, ...tagsMember(provider.tags) };
    },
  });
}
