/** A policy that every organization has, and nobody can change. */
export interface DefaultPolicy {
  readonly policyId: string;
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly content: string;
}

export const FULL_AWS_ACCESS = 'p-FullAWSAccess';
/** Attached to everything while its type is enabled, and never detached. */
export const RCP_FULL_AWS_ACCESS = 'p-RCPFullAWSAccess';

export const SERVICE_CONTROL = 'SERVICE_CONTROL_POLICY';
export const RESOURCE_CONTROL = 'RESOURCE_CONTROL_POLICY';

export const DEFAULT_POLICIES: readonly DefaultPolicy[] = [
  {
    policyId: FULL_AWS_ACCESS,
    type: SERVICE_CONTROL,
    name: 'FullAWSAccess',
    description: 'Allows access to every operation',
    content: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    }),
  },
  {
    policyId: RCP_FULL_AWS_ACCESS,
    type: RESOURCE_CONTROL,
    name: 'RCPFullAWSAccess',
    description: 'Allows access to every resource',
    content: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
    }),
  },
];

/** `undefined` if the id is not that of a default policy. */
export function defaultPolicy(policyId: string): DefaultPolicy | undefined {
  return DEFAULT_POLICIES.find((policy) => policy.policyId === policyId);
}
