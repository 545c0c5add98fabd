import {
  ListServerCertificates$,
  type ListServerCertificatesRequest,
  type ListServerCertificatesResponse,
} from '@aws-sdk/client-iam';
import { pageOf } from '../../identity/rules/paging.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { serverCertificateMetadata } from './server-certificate-output.ts';

export function listServerCertificatesOperation({
  store,
}: IamDependencies): SignedOperation<ListServerCertificatesRequest, ListServerCertificatesResponse, undefined> {
  return signedOperation({
    schema: ListServerCertificates$,
    readOnly: true,
    authorize: (_input, { caller }) => onAccount(ListServerCertificates$, caller.accountId),
    async handle(input, { caller: { accountId } }) {
      const all = await readWholeIndex(store.serverCertificates, 'byName', [accountId]);
      const kept = all.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
      const how = { list: 'server-certificates', positionOf: ({ nameKey }: { nameKey: string }) => nameKey };
      const page = pageOf(kept, { ...how, request: pageRequest(input) });
      return { ServerCertificateMetadataList: page.items.map(serverCertificateMetadata), ...truncation(page) };
    },
  });
}
