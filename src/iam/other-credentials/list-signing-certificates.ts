import {
  ListSigningCertificates$,
  type ListSigningCertificatesRequest,
  type ListSigningCertificatesResponse,
} from '@aws-sdk/client-iam';
import type { IamDependencies } from '../iam-dependencies.ts';
import { credentialList } from './credential-list.ts';

/** ListSigningCertificates: a user's certificates. Always empty here. */
export function listSigningCertificatesOperation(deps: IamDependencies) {
  return credentialList<ListSigningCertificatesRequest, ListSigningCertificatesResponse>(deps, {
    schema: ListSigningCertificates$,
    list: 'signing-certificates',
    output: ({ items, truncation }) => ({ Certificates: [...items], ...truncation }),
  });
}
