import { ListSSHPublicKeys$, type ListSSHPublicKeysRequest, type ListSSHPublicKeysResponse } from '@aws-sdk/client-iam';
import type { IamDependencies } from '../iam-dependencies.ts';
import { credentialList } from './credential-list.ts';

/** ListSSHPublicKeys: a user's SSH keys. Always empty here. */
export function listSSHPublicKeysOperation(deps: IamDependencies) {
  return credentialList<ListSSHPublicKeysRequest, ListSSHPublicKeysResponse>(deps, {
    schema: ListSSHPublicKeys$,
    list: 'ssh-public-keys',
    output: ({ items, truncation }) => ({ SSHPublicKeys: [...items], ...truncation }),
  });
}
