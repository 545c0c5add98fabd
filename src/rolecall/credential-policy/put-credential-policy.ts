import type { StoredCredentialPolicy } from '../../identity/documents/account.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import type { StructureOf } from '../shapes/shape.ts';
import {
  CREDENTIAL_POLICY,
  CREDENTIAL_POLICY_OUTPUT,
  credentialPolicyTarget,
  shownCredentialPolicy,
} from './credential-policy-shapes.ts';

const DEFAULT_WARNING_DAYS = 14;

/** Sets the credential policy of the caller's account. */
export const PutCredentialPolicy = declareOperation({
  name: 'PutCredentialPolicy',
  documentation:
    'Sets how long the access keys and passwords of users live, in the place of a former policy. Begin with the mode `REPORT`: `ListDueCredentials` then lists what would be made inactive. With `ENFORCE`, users are warned first, and a credential is made inactive once the warning is `WarningDays` old; also one that broke a rule long before. The root user is exempt. The permission is checked on `arn:aws:rolecall::<account>:credential-policy`.',
  readOnly: false,
  input: CREDENTIAL_POLICY,
  output: CREDENTIAL_POLICY_OUTPUT,
});

export function putCredentialPolicyOperation({ store, clock }: Pick<RolecallDependencies, 'store' | 'clock'>) {
  return declaredOperation(PutCredentialPolicy, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [credentialPolicyTarget(PutCredentialPolicy, accountId)], subject: undefined };
    },
    async handle(input, { caller: { accountId } }) {
      const asked = storedPolicy(input, clock.now());
      await store.accounts.update([accountId], ({ credentialPolicy: former, ...account }) => ({
        ...account,
        credentialPolicy: withEnforcement(asked, former),
      }));
      return shownCredentialPolicy(asked);
    },
  });
}

/** Adds since when the policy is enforced: since the former one was, if it was until now. */
function withEnforcement(
  policy: StoredCredentialPolicy,
  former: StoredCredentialPolicy | undefined,
): StoredCredentialPolicy {
  if (!policy.isEnforced) return policy;
  const enforcedSince = former?.isEnforced ? (former.enforcedSince ?? former.updatedAt) : policy.updatedAt;
  return { ...policy, enforcedSince };
}

function storedPolicy(input: StructureOf<typeof CREDENTIAL_POLICY>, updatedAt: number): StoredCredentialPolicy {
  const {
    AccessKeyMaxAgeDays: accessKeyMaxAge,
    AccessKeyUnusedDays: accessKeyUnused,
    PasswordUnusedDays: passwordUnused,
    ExemptTag: exempt,
  } = input;
  const rules = {
    ...(accessKeyMaxAge !== undefined && { accessKeyMaxAge }),
    ...(accessKeyUnused !== undefined && { accessKeyUnused }),
    ...(passwordUnused !== undefined && { passwordUnused }),
    ...(input.TemporaryCredentialsOnly && { temporaryOnly: true as const }),
  };
  if (Object.keys(rules).length === 0) {
    throw new ServiceError(
      'ValidationError',
      '1 validation error detected: Set at least one of AccessKeyMaxAgeDays, AccessKeyUnusedDays, PasswordUnusedDays and TemporaryCredentialsOnly; DeleteCredentialPolicy removes the policy',
    );
  }
  return {
    ...rules,
    ...(exempt !== undefined && {
      exempt: { key: exempt.Key, ...(exempt.Value !== undefined && { value: exempt.Value }) },
    }),
    ...(input.Mode === 'ENFORCE' && { isEnforced: true as const }),
    warnDays: input.WarningDays ?? DEFAULT_WARNING_DAYS,
    updatedAt,
  };
}
