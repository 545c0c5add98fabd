import {
  TagServerCertificate$,
  UploadServerCertificate$,
  type UploadServerCertificateRequest,
  type UploadServerCertificateResponse,
} from '@aws-sdk/client-iam';
import {
  serverCertificateArn,
  uploadServerCertificate,
} from '../../identity/server-certificates/manage-server-certificates.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onNewResource } from '../account-target.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { tagsMember, toTags } from '../tag-output.ts';
import { serverCertificateMetadata } from './server-certificate-output.ts';

type Input = Decoded<UploadServerCertificateRequest>;

export function uploadServerCertificateOperation(
  deps: IamDependencies,
): SignedOperation<Input, UploadServerCertificateResponse, undefined> {
  return signedOperation({
    schema: UploadServerCertificate$,
    readOnly: false,
    authorize({ ServerCertificateName, Path, Tags }, { caller: { accountId } }) {
      return onNewResource(UploadServerCertificate$, TagServerCertificate$, {
        resourceAccountId: accountId,
        resource: serverCertificateArn(accountId, Path ?? '/', ServerCertificateName),
        requestTags: toTags(Tags),
      });
    },
    async handle(input, { now, caller: { accountId } }) {
      const certificate = await uploadServerCertificate(deps, {
        accountId,
        name: input.ServerCertificateName,
        path: input.Path ?? '/',
        body: input.CertificateBody,
        privateKey: input.PrivateKey,
        chain: input.CertificateChain,
        tags: toTags(input.Tags),
        now,
      });
      return { ServerCertificateMetadata: serverCertificateMetadata(certificate), ...tagsMember(certificate.tags) };
    },
  });
}
