import type { StaticOperationSchema } from '@smithy/types';
import { type ListPage, pageOf } from '../../identity/rules/paging.ts';
import { actionOf } from '../../operations/action-of.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type ListInput, pageRequest, type Truncation, truncation } from '../list-output.ts';
import { type NamedOrCaller, namedOrCaller, requireHolder } from '../users/named-or-caller.ts';

interface CredentialList<Input, Output> {
  readonly schema: StaticOperationSchema;
  /** Identifies the list in its markers. */
  readonly list: string;
  /** Whether the input asks about all users of the account instead of one. */
  isAboutAll?(input: Input): boolean;
  output(page: { readonly items: readonly never[]; readonly truncation: Truncation }): Output;
}

/**
 * Lists credentials of a kind that cannot be created here yet, so the list is always empty. Tools query it before they delete a user
 * (Terraform's `force_destroy`). The user must exist.
 */
export function credentialList<Input extends ListInput & { UserName?: string | undefined }, Output>(
  deps: Pick<IamDependencies, 'store'>,
  { schema, list, isAboutAll, output }: CredentialList<Input, Output>,
): SignedOperation<Input, Output, NamedOrCaller | undefined> {
  return signedOperation({
    schema,
    readOnly: true,
    async authorize(input, { caller }) {
      const action = actionOf(schema);
      if (isAboutAll?.(input) === true) {
        return { targets: [{ action, resource: '*', resourceAccountId: caller.accountId }], subject: undefined };
      }
      const { target, subject } = await namedOrCaller(deps, { action, userName: input.UserName, caller });
      return { targets: [target], subject };
    },
    handle(input, _call, subject) {
      if (subject !== undefined) requireHolder(subject);
      const page: ListPage<never> = pageOf<never>([], { list, positionOf: () => '', request: pageRequest(input) });
      return output({ items: page.items, truncation: truncation(page) });
    },
  });
}
