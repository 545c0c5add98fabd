import {
  DeleteServerCertificate$,
  type DeleteServerCertificateRequest,
  GetServerCertificate$,
  type GetServerCertificateRequest,
  type GetServerCertificateResponse,
  ListServerCertificateTags$,
  type ListServerCertificateTagsRequest,
  TagServerCertificate$,
  type TagServerCertificateRequest,
  UntagServerCertificate$,
  type UntagServerCertificateRequest,
} from '@aws-sdk/client-iam';
import type { StaticOperationSchema } from '@smithy/types';
import type { ServerCertificate } from '../../identity/documents/server-certificate.ts';
import {
  deleteServerCertificate,
  tagServerCertificate,
  untagServerCertificate,
} from '../../identity/server-certificates/manage-server-certificates.ts';
import { type NamedRow, namedChange, namedRead, type RequiredKind } from '../../operations/named-operation.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { SERVER_CERTIFICATE } from '../resource-kinds.ts';
import { fromTags, toTags } from '../tag-output.ts';
import { taggingKeys, tagsOutput, untaggingKeys } from '../tag-rows.ts';
import { listServerCertificatesOperation } from './list-server-certificates.ts';
import { serverCertificateMetadata } from './server-certificate-output.ts';
import { updateServerCertificateOperation } from './update-server-certificate.ts';
import { uploadServerCertificateOperation } from './upload-server-certificate.ts';

/** An operation on the server certificate that `ServerCertificateName` names. */
function certificate<Input extends { ServerCertificateName: string | undefined }>(
  schema: StaticOperationSchema,
): NamedRow<Decoded<Input>, RequiredKind<ServerCertificate>> {
  return { schema, kind: SERVER_CERTIFICATE, name: ({ ServerCertificateName }) => ServerCertificateName ?? '' };
}

/** The private key is never returned. */
function shownCertificate(found: ServerCertificate): GetServerCertificateResponse {
  return {
    ServerCertificate: {
      ServerCertificateMetadata: serverCertificateMetadata(found),
      CertificateBody: found.body,
      ...(found.chain !== undefined && { CertificateChain: found.chain }),
      Tags: fromTags(found.tags),
    },
  };
}

/** The operations on server certificates. */
export function serverCertificateOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    uploadServerCertificateOperation(deps),
    namedRead(deps, certificate<GetServerCertificateRequest>(GetServerCertificate$), ({ found }) =>
      shownCertificate(found),
    ),
    listServerCertificatesOperation(deps),
    updateServerCertificateOperation(deps),
    namedChange(deps, certificate<DeleteServerCertificateRequest>(DeleteServerCertificate$), {
      change: ({ found }) => deleteServerCertificate(store, found),
    }),
    namedChange(deps, certificate<TagServerCertificateRequest>(TagServerCertificate$), {
      keys: taggingKeys,
      change: ({ input, found }) => tagServerCertificate(store, found, toTags(input.Tags)),
    }),
    namedChange(deps, certificate<UntagServerCertificateRequest>(UntagServerCertificate$), {
      keys: untaggingKeys,
      change: ({ input, found }) => untagServerCertificate(store, found, input.TagKeys),
    }),
    namedRead(deps, certificate<ListServerCertificateTagsRequest>(ListServerCertificateTags$), ({ input, found }) =>
      tagsOutput(found.tags, input),
    ),
  ];
}
