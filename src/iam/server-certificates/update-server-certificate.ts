import { UpdateServerCertificate$, type UpdateServerCertificateRequest } from '@aws-sdk/client-iam';
import type { ServerCertificate } from '../../identity/documents/server-certificate.ts';
import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import {
  renameServerCertificate,
  serverCertificateArn,
} from '../../identity/server-certificates/manage-server-certificates.ts';
import { actionOf } from '../../operations/action-of.ts';
import { namedTarget } from '../../operations/named-operation.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { SERVER_CERTIFICATE } from '../resource-kinds.ts';

type Input = Decoded<UpdateServerCertificateRequest>;

/** UpdateServerCertificate: another name or path. Both the current certificate and the renamed one must be authorised. */
export function updateServerCertificateOperation({
  store,
}: IamDependencies): SignedOperation<Input, NoOutput, ServerCertificate | undefined> {
  return signedOperation({
    schema: UpdateServerCertificate$,
    readOnly: false,
    // Two renames at a time. The model has this error for other changes of certificates only.
    errors: [IAM_ERRORS.ConcurrentModification],
    async authorize({ ServerCertificateName: name, NewServerCertificateName, NewPath }, { caller: { accountId } }) {
      const named = { accountId, name };
      const found = await SERVER_CERTIFICATE.find(store, named);
      const old = namedTarget(SERVER_CERTIFICATE, { action: actionOf(UpdateServerCertificate$), named, found });
      const newName = NewServerCertificateName ?? found?.certificateName ?? name;
      const resource = serverCertificateArn(accountId, NewPath ?? found?.path ?? '/', newName);
      const renamed = { ...old, resource, called: `server certificate ${NewServerCertificateName ?? name}` };
      return { targets: resource === old.resource ? [old] : [old, renamed], subject: found };
    },
    async handle({ ServerCertificateName: name, NewServerCertificateName: newName, NewPath: newPath }, _call, found) {
      if (!found) throw SERVER_CERTIFICATE.notFound(name);
      await renameServerCertificate(store, found, { newName, newPath });
      return {};
    },
  });
}
