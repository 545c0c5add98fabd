import {
  CreateServiceSpecificCredential$,
  type CreateServiceSpecificCredentialRequest,
  type CreateServiceSpecificCredentialResponse,
  DeleteServiceSpecificCredential$,
  type DeleteServiceSpecificCredentialRequest,
  ResetServiceSpecificCredential$,
  type ResetServiceSpecificCredentialRequest,
  type ResetServiceSpecificCredentialResponse,
  UpdateServiceSpecificCredential$,
  type UpdateServiceSpecificCredentialRequest,
} from '@aws-sdk/client-iam';
import type { ServiceCredential } from '../../identity/documents/service-credential.ts';
import type { User } from '../../identity/documents/user.ts';
import {
  createServiceCredential,
  deleteServiceCredential,
  resetServiceCredential,
  updateServiceCredential,
} from '../../identity/service-credentials/manage-service-credentials.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { userOrCallerOperation } from '../users/user-or-caller-operation.ts';
import { listServiceSpecificCredentialsOperation } from './list-service-specific-credentials.ts';
import { requireInRange } from './require-in-range.ts';
import { serviceCredentialOutput } from './service-credential-output.ts';

type CreateInput = Decoded<CreateServiceSpecificCredentialRequest>;

const MOST_DAYS = 36_600;

/** `iam:ServiceSpecificCredentialServiceName`, and `iam:ServiceSpecificCredentialAgeDays` if the credential is to expire. */
function creationKeys({ ServiceName, CredentialAgeDays }: CreateInput): ReadonlyMap<string, string> {
  return new Map([
    ['iam:servicespecificcredentialservicename', ServiceName],
    ...(CredentialAgeDays === undefined
      ? []
      : ([['iam:servicespecificcredentialagedays', String(CredentialAgeDays)]] as const)),
  ]);
}

/** Without a user name, an operation is about the caller, who may be the root user: it has no such credentials. */
function requireUser(user: User | undefined, credentialId: string): User {
  if (user !== undefined) return user;
  throw new ServiceError('ValidationError', `The root user has no credential ${credentialId}. Specify UserName.`);
}

/** The operations on service-specific credentials. */
export function serviceCredentialOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    userOrCallerOperation<CreateInput, CreateServiceSpecificCredentialResponse>(deps, {
      schema: CreateServiceSpecificCredential$,
      readOnly: false,
      makesCredential: () => true,
      keys: creationKeys,
      check: ({ CredentialAgeDays }) => requireInRange('credentialAgeDays', CredentialAgeDays, MOST_DAYS),
      async handle({ input, call: { now }, user: found }) {
        const user = requireUser(found, input.ServiceName);
        const wanted = { user, serviceName: input.ServiceName, ageDays: input.CredentialAgeDays, now };
        const created = await createServiceCredential(deps, wanted);
        return { ServiceSpecificCredential: serviceCredentialOutput({ user, ...created }, now) };
      },
    }),
    listServiceSpecificCredentialsOperation(deps),
    userOrCallerOperation<Decoded<UpdateServiceSpecificCredentialRequest>, NoOutput>(deps, {
      schema: UpdateServiceSpecificCredential$,
      readOnly: false,
      makesCredential: ({ Status }) => Status === 'Active',
      async handle({ input: { ServiceSpecificCredentialId: credentialId, Status }, user }) {
        const status = Status as ServiceCredential['status'];
        await updateServiceCredential(store, requireUser(user, credentialId), { credentialId, status });
        return {};
      },
    }),
    userOrCallerOperation<Decoded<ResetServiceSpecificCredentialRequest>, ResetServiceSpecificCredentialResponse>(
      deps,
      {
        schema: ResetServiceSpecificCredential$,
        readOnly: false,
        makesCredential: () => true,
        async handle({ input: { ServiceSpecificCredentialId: credentialId }, call: { now }, user: found }) {
          const user = requireUser(found, credentialId);
          const reset = await resetServiceCredential(deps, user, credentialId);
          return { ServiceSpecificCredential: serviceCredentialOutput({ user, ...reset }, now) };
        },
      },
    ),
    userOrCallerOperation<Decoded<DeleteServiceSpecificCredentialRequest>, NoOutput>(deps, {
      schema: DeleteServiceSpecificCredential$,
      readOnly: false,
      async handle({ input: { ServiceSpecificCredentialId: credentialId }, user }) {
        await deleteServiceCredential(store, requireUser(user, credentialId), credentialId);
        return {};
      },
    }),
  ];
}
