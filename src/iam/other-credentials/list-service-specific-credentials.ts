import {
  ListServiceSpecificCredentials$,
  type ListServiceSpecificCredentialsRequest,
  type ListServiceSpecificCredentialsResponse,
} from '@aws-sdk/client-iam';
import type { IamDependencies } from '../iam-dependencies.ts';
import { credentialList } from './credential-list.ts';

/** ListServiceSpecificCredentials: the credentials of one user or all users. Always empty here. */
export function listServiceSpecificCredentialsOperation(deps: IamDependencies) {
  return credentialList<ListServiceSpecificCredentialsRequest, ListServiceSpecificCredentialsResponse>(deps, {
    schema: ListServiceSpecificCredentials$,
    list: 'service-specific-credentials',
    isAboutAll: ({ AllUsers }) => AllUsers === true,
    output: ({ items, truncation }) => ({ ServiceSpecificCredentials: [...items], ...truncation }),
  });
}
