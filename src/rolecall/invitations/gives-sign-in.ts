import { givingWayIn, type IsProtected } from '../../authorize/privileged-member.ts';
import type { User } from '../../identity/documents/user.ts';
import type { SignedOperation } from '../../operations/operation.ts';

type Phases<Input, Output, Subject> = Pick<SignedOperation<Input, Output, Subject>, 'authorize' | 'handle'>;

/** What IAM asks of a caller who gives a user a password. */
const ACTION = 'iam:CreateLoginProfile';

/**
 * Also asks for the permission to give the user a password. The caller sees the link, or chooses where it is mailed, and so can become the
 * user: a policy, boundary or session policy that keeps passwords of others away must hold here, too.
 */
export function givingSignIn<Input, Output>(
  protection: () => IsProtected,
  { authorize, handle }: Phases<Input, Output, User | undefined>,
): Phases<Input, Output, User | undefined> {
  return {
    handle,
    async authorize(input, call) {
      const { targets, subject } = await authorize(input, call);
      const isProtected = protection();
      const passwords = await Promise.all(
        targets.map((target) => givingWayIn(isProtected, { ...target, action: ACTION }, subject)),
      );
      return { targets: [...targets, ...passwords], subject };
    },
  };
}
