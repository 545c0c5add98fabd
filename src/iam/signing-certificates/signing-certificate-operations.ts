import {
  DeleteSigningCertificate$,
  type DeleteSigningCertificateRequest,
  ListSigningCertificates$,
  type ListSigningCertificatesRequest,
  type ListSigningCertificatesResponse,
  type SigningCertificate as SigningCertificateOutput,
  UpdateSigningCertificate$,
  type UpdateSigningCertificateRequest,
  UploadSigningCertificate$,
  type UploadSigningCertificateRequest,
  type UploadSigningCertificateResponse,
} from '@aws-sdk/client-iam';
import type { CredentialHolder } from '../../identity/credentials/credential-holder.ts';
import type { SigningCertificate } from '../../identity/documents/signing-certificate.ts';
import {
  deleteSigningCertificate,
  listSigningCertificates,
  updateSigningCertificate,
  uploadSigningCertificate,
} from '../../identity/signing-certificates/manage-signing-certificates.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { userOrCallerOperation } from '../users/user-or-caller-operation.ts';

/** The operations on signing certificates. Without a user name, they apply to the caller, who may be the root user. */
export function signingCertificateOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    userOrCallerOperation<Decoded<UploadSigningCertificateRequest>, UploadSigningCertificateResponse>(deps, {
      schema: UploadSigningCertificate$,
      readOnly: false,
      async handle({ input, call: { now }, holder }) {
        const certificate = await uploadSigningCertificate(deps, { holder, body: input.CertificateBody, now });
        return { Certificate: certificateOutput(holder, certificate) };
      },
    }),
    userOrCallerOperation<Decoded<UpdateSigningCertificateRequest>, NoOutput>(deps, {
      schema: UpdateSigningCertificate$,
      readOnly: false,
      async handle({ input: { CertificateId: certificateId, Status: status }, holder }) {
        const change = { certificateId, status: status as SigningCertificate['status'] };
        await updateSigningCertificate(store, holder, change);
        return {};
      },
    }),
    userOrCallerOperation<Decoded<DeleteSigningCertificateRequest>, NoOutput>(deps, {
      schema: DeleteSigningCertificate$,
      readOnly: false,
      async handle({ input, holder }) {
        await deleteSigningCertificate(store, holder, input.CertificateId);
        return {};
      },
    }),
    userOrCallerOperation<Decoded<ListSigningCertificatesRequest>, ListSigningCertificatesResponse>(deps, {
      schema: ListSigningCertificates$,
      readOnly: true,
      handle({ input, holder }) {
        const page = listSigningCertificates(holder, pageRequest(input));
        return { Certificates: page.items.map((each) => certificateOutput(holder, each)), ...truncation(page) };
      },
    }),
  ];
}

function certificateOutput(
  { userName, accountId }: CredentialHolder,
  { certificateId, body, status, uploadedAt }: SigningCertificate,
): SigningCertificateOutput {
  return {
    UserName: userName ?? accountId,
    CertificateId: certificateId,
    CertificateBody: body,
    Status: status,
    UploadDate: new Date(uploadedAt),
  };
}
