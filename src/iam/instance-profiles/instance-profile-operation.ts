import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../../authorize/target.ts';
import type { InstanceProfile } from '../../identity/documents/instance-profile.ts';
import {
  findInstanceProfile,
  instanceProfileArn,
  noSuchInstanceProfile,
} from '../../identity/instance-profiles/manage-instance-profiles.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { actionOf } from '../policy-holders/holder-operation.ts';

/** An operation on one instance profile that is named in the input. */
interface InstanceProfileOperation<Input, Output> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  /** What policies may ask for beside its ARN and tags. */
  keys?(input: Input): Pick<Target, 'conditions' | 'requestTags'>;
  handle(context: { readonly input: Input; readonly profile: InstanceProfile }): Output | Promise<Output>;
}

/** An instance profile as the target of an action, or what it would be. */
export function instanceProfileTarget(
  action: string,
  named: { readonly accountId: string; readonly name: string; readonly profile: InstanceProfile | undefined },
): Target {
  const { accountId, name, profile } = named;
  return {
    action,
    resource: instanceProfileArn(accountId, profile?.path ?? '/', profile?.instanceProfileName ?? name),
    called: `instance profile ${name}`,
    resourceAccountId: accountId,
    ...(profile ? { resourceTags: profile.tags } : {}),
  };
}

/** The phases that the operations on one instance profile share. */
export function instanceProfileOperation<Input extends { InstanceProfileName: string }, Output>(
  { store }: Pick<IamDependencies, 'store'>,
  operation: InstanceProfileOperation<Input, Output>,
): SignedOperation<Input, Output, InstanceProfile | undefined> {
  const { schema, readOnly } = operation;
  return signedOperation({
    schema,
    readOnly,
    async authorize(input, { caller: { accountId } }) {
      const name = input.InstanceProfileName;
      const profile = await findInstanceProfile(store, accountId, name);
      const target = instanceProfileTarget(actionOf(schema), { accountId, name, profile });
      return { targets: [{ ...target, ...operation.keys?.(input) }], subject: profile };
    },
    handle(input, _call, profile) {
      if (!profile) throw noSuchInstanceProfile(input.InstanceProfileName);
      return operation.handle({ input, profile });
    },
  });
}
