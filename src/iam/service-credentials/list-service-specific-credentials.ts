import {
  ListServiceSpecificCredentials$,
  type ListServiceSpecificCredentialsRequest,
  type ListServiceSpecificCredentialsResponse,
} from '@aws-sdk/client-iam';
import {
  listServiceCredentials,
  usersWithServiceCredentials,
} from '../../identity/service-credentials/list-service-credentials.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { type NamedOrCaller, namedOrCaller, requireHolder } from '../users/named-or-caller.ts';
import { requireInRange } from './require-in-range.ts';
import { serviceCredentialMetadata } from './service-credential-output.ts';

type Input = ListServiceSpecificCredentialsRequest;

const MOST_ITEMS = 1000;

/** ListServiceSpecificCredentials: the credentials of one user, or those of all. Secrets are not shown. */
export function listServiceSpecificCredentialsOperation(
  deps: IamDependencies,
): SignedOperation<Input, ListServiceSpecificCredentialsResponse, NamedOrCaller | undefined> {
  const { store } = deps;
  return signedOperation({
    schema: ListServiceSpecificCredentials$,
    readOnly: true,
    async authorize({ AllUsers, UserName: userName, MaxItems }, { caller }) {
      requireInRange('maxItems', MaxItems, MOST_ITEMS);
      if (AllUsers === true) {
        if (userName !== undefined)
          throw new ServiceError('ValidationError', 'Specify UserName or AllUsers, not both.');
        return onAccount(ListServiceSpecificCredentials$, caller.accountId);
      }
      const action = actionOf(ListServiceSpecificCredentials$);
      const { target, subject } = await namedOrCaller(deps, { action, userName, caller });
      return { targets: [target], subject };
    },
    async handle(input, { caller: { accountId }, now }, subject) {
      if (subject !== undefined) requireHolder(subject);
      const { ServiceName: serviceName } = input;
      const users = subject
        ? [subject.user].filter((user) => user !== undefined)
        : await usersWithServiceCredentials(store, accountId, serviceName);
      const page = listServiceCredentials({ users, serviceName }, pageRequest(input));
      return {
        ServiceSpecificCredentials: page.items.map((each) => serviceCredentialMetadata(each, now)),
        ...truncation(page),
      };
    },
  });
}
