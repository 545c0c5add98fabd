import type { ProvisioningRules } from '../../identity/documents/connector.ts';
import { claimsOfCondition } from './login-condition.ts';

/** Every claim that the rules of a connector look at, for providers that only answer what they are asked for. */
export function claimsNamedBy(rules: ProvisioningRules): readonly string[] {
  const { condition, userName, displayName, email, groups, profile = [], tags = [] } = rules;
  return [
    ...userName,
    ...displayName,
    ...email,
    ...(groups.claim === undefined ? [] : [groups.claim]),
    ...profile.map(({ claim }) => claim),
    ...tags.map(({ claim }) => claim),
    ...(condition === undefined ? [] : claimsOfCondition(condition)),
  ];
}
