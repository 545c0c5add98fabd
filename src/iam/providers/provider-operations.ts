import {
  AddClientIDToOpenIDConnectProvider$,
  type AddClientIDToOpenIDConnectProviderRequest,
  DeleteOpenIDConnectProvider$,
  type DeleteOpenIDConnectProviderRequest,
  GetOpenIDConnectProvider$,
  type GetOpenIDConnectProviderRequest,
  ListOpenIDConnectProviderTags$,
  type ListOpenIDConnectProviderTagsRequest,
  RemoveClientIDFromOpenIDConnectProvider$,
  type RemoveClientIDFromOpenIDConnectProviderRequest,
  TagOpenIDConnectProvider$,
  type TagOpenIDConnectProviderRequest,
  UntagOpenIDConnectProvider$,
  type UntagOpenIDConnectProviderRequest,
  UpdateOpenIDConnectProviderThumbprint$,
  type UpdateOpenIDConnectProviderThumbprintRequest,
} from '@aws-sdk/client-iam';
import type { StaticOperationSchema } from '@smithy/types';
import type { OidcProvider } from '../../identity/documents/oidc-provider.ts';
import {
  addClientId,
  removeClientId,
  setThumbprints,
  tagProvider,
  untagProvider,
} from '../../identity/providers/provider-lists.ts';
import type { ProviderName } from '../../identity/providers/require-provider.ts';
import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import {
  changeByName,
  type Named,
  type NamedRow,
  namedRead,
  type RequiredKind,
} from '../../operations/named-operation.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { OPEN_ID_CONNECT_PROVIDER } from '../resource-kinds.ts';
import { fromTags, toTags } from '../tag-output.ts';
import { taggingKeys, tagsOutput, untaggingKeys } from '../tag-rows.ts';
import { createOpenIDConnectProviderOperation } from './create-open-id-connect-provider.ts';
import { listOpenIDConnectProvidersOperation } from './list-open-id-connect-providers.ts';

/** An operation on the provider that `OpenIDConnectProviderArn` names. */
function provider<Input extends { OpenIDConnectProviderArn: string | undefined }>(
  schema: StaticOperationSchema,
): NamedRow<Decoded<Input>, RequiredKind<OidcProvider>> {
  return { schema, kind: OPEN_ID_CONNECT_PROVIDER, name: ({ OpenIDConnectProviderArn: arn }) => arn ?? '' };
}

/** A provider, as the rules in `identity/providers` identify it. */
function providerName({ accountId, name }: Named): ProviderName {
  return { accountId, arn: name };
}

/** Deletes a provider. Roles that trust it keep their trust policies, but its tokens are rejected from then on. */
async function deleteProvider({ store }: IamDependencies, { accountId, arn }: ProviderName): Promise<void> {
  if (await store.oidcProviders.remove([accountId, arn])) return;
  // [aws-behaviour 31] the other operations word this differently
  throw new ServiceError(IAM_ERRORS.NoSuchEntity, `OpenId connect Provider ${arn} cannot be found.`);
}

/** The operations on OpenID Connect providers. */
export function providerOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    createOpenIDConnectProviderOperation(deps),
    namedRead(deps, provider<GetOpenIDConnectProviderRequest>(GetOpenIDConnectProvider$), ({ found }) => ({
      Url: found.url,
      ClientIDList: found.clientIds,
      ThumbprintList: found.thumbprints,
      CreateDate: new Date(found.createdAt),
      Tags: fromTags(found.tags),
    })),
    changeByName(deps, provider<DeleteOpenIDConnectProviderRequest>(DeleteOpenIDConnectProvider$), {
      change: ({ named }) => deleteProvider(deps, providerName(named)),
    }),
    listOpenIDConnectProvidersOperation(deps),
    changeByName(deps, provider<AddClientIDToOpenIDConnectProviderRequest>(AddClientIDToOpenIDConnectProvider$), {
      change: ({ input, named }) => addClientId(store, providerName(named), input.ClientID),
    }),
    changeByName(
      deps,
      provider<RemoveClientIDFromOpenIDConnectProviderRequest>(RemoveClientIDFromOpenIDConnectProvider$),
      { change: ({ input, named }) => removeClientId(store, providerName(named), input.ClientID) },
    ),
    changeByName(deps, provider<UpdateOpenIDConnectProviderThumbprintRequest>(UpdateOpenIDConnectProviderThumbprint$), {
      change: ({ input, named }) => setThumbprints(store, providerName(named), input.ThumbprintList),
    }),
    changeByName(deps, provider<TagOpenIDConnectProviderRequest>(TagOpenIDConnectProvider$), {
      keys: taggingKeys,
      change: ({ input, named }) => tagProvider(store, providerName(named), toTags(input.Tags)),
    }),
    changeByName(deps, provider<UntagOpenIDConnectProviderRequest>(UntagOpenIDConnectProvider$), {
      keys: untaggingKeys,
      change: ({ input, named }) => untagProvider(store, providerName(named), input.TagKeys),
    }),
    namedRead(
      deps,
      provider<ListOpenIDConnectProviderTagsRequest>(ListOpenIDConnectProviderTags$),
      ({ input, found }) => tagsOutput(found.tags, input),
    ),
  ];
}
