import {
  DeleteSSHPublicKey$,
  type DeleteSSHPublicKeyRequest,
  GetSSHPublicKey$,
  type GetSSHPublicKeyRequest,
  type GetSSHPublicKeyResponse,
  ListSSHPublicKeys$,
  type ListSSHPublicKeysRequest,
  type ListSSHPublicKeysResponse,
  type SSHPublicKey,
  type SSHPublicKeyMetadata,
  UpdateSSHPublicKey$,
  type UpdateSSHPublicKeyRequest,
  UploadSSHPublicKey$,
  type UploadSSHPublicKeyRequest,
  type UploadSSHPublicKeyResponse,
} from '@aws-sdk/client-iam';
import type { SshPublicKey } from '../../identity/documents/ssh-public-key.ts';
import type { User } from '../../identity/documents/user.ts';
import {
  deleteSshKey,
  listSshKeys,
  requireSshKey,
  updateSshKey,
  uploadSshKey,
} from '../../identity/ssh-keys/manage-ssh-keys.ts';
import { fingerprintOf, pemOf } from '../../identity/ssh-keys/read-ssh-key.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { userOrCallerOperation } from '../users/user-or-caller-operation.ts';

/** The operations on SSH public keys. All but the list name the user. */
export function sshKeyOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    userOrCallerOperation<Decoded<UploadSSHPublicKeyRequest>, UploadSSHPublicKeyResponse>(deps, {
      schema: UploadSSHPublicKey$,
      readOnly: false,
      async handle({ input, call: { now }, user: found }) {
        const user = named(found);
        const key = await uploadSshKey(deps, { user, body: input.SSHPublicKeyBody, now });
        return { SSHPublicKey: keyOutput(user, key, key.body) };
      },
    }),
    userOrCallerOperation<Decoded<GetSSHPublicKeyRequest>, GetSSHPublicKeyResponse>(deps, {
      schema: GetSSHPublicKey$,
      readOnly: true,
      handle({ input, user: found }) {
        const user = named(found);
        const key = requireSshKey(user, input.SSHPublicKeyId);
        return { SSHPublicKey: keyOutput(user, key, encoded(key, input.Encoding)) };
      },
    }),
    userOrCallerOperation<Decoded<UpdateSSHPublicKeyRequest>, NoOutput>(deps, {
      schema: UpdateSSHPublicKey$,
      readOnly: false,
      async handle({ input: { SSHPublicKeyId: keyId, Status: status }, user }) {
        await updateSshKey(store, named(user), { keyId, status: status as SshPublicKey['status'] });
        return {};
      },
    }),
    userOrCallerOperation<Decoded<DeleteSSHPublicKeyRequest>, NoOutput>(deps, {
      schema: DeleteSSHPublicKey$,
      readOnly: false,
      async handle({ input, user }) {
        await deleteSshKey(store, named(user), input.SSHPublicKeyId);
        return {};
      },
    }),
    userOrCallerOperation<Decoded<ListSSHPublicKeysRequest>, ListSSHPublicKeysResponse>(deps, {
      schema: ListSSHPublicKeys$,
      readOnly: true,
      handle({ input, user }) {
        const page = listSshKeys(user, pageRequest(input));
        return { SSHPublicKeys: page.items.map((key) => metadataOutput(user, key)), ...truncation(page) };
      },
    }),
  ];
}

/** The input has a user name, so the root user is never meant. */
function named(user: User | undefined): User {
  if (user === undefined) throw new Error('the user was not looked up');
  return user;
}

/** A key is returned as it was uploaded, if it is asked for in that encoding. */
function encoded({ body, blob }: SshPublicKey, encoding: string): string {
  const isPem = body.trimStart().startsWith('-----');
  if (encoding === 'PEM') return isPem ? body : pemOf(blob);
  return isPem ? `ssh-rsa ${blob}` : body;
}

function metadataOutput(user: User | undefined, { keyId, status, uploadedAt }: SshPublicKey): SSHPublicKeyMetadata {
  return { UserName: user?.userName, SSHPublicKeyId: keyId, Status: status, UploadDate: new Date(uploadedAt) };
}

function keyOutput(user: User, key: SshPublicKey, body: string): SSHPublicKey {
  return {
    ...metadataOutput(user, key),
    UserName: user.userName,
    SSHPublicKeyId: key.keyId,
    Status: key.status,
    Fingerprint: fingerprintOf(key.blob),
    SSHPublicKeyBody: body,
  };
}
