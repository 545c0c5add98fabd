import type { Target } from '../../authorize/target.ts';
import { iamArn } from '../../kernel/arn.ts';

interface TaggingConnector {
  readonly accountId: string;
  readonly name: string;
}

/**
 * The permission needed to decide which claims become session tags: to tag the people of the connector, with these keys as `aws:TagKeys`.
 * Without this, a caller who may change a connector could give its people any `aws:PrincipalTag` that policies test.
 */
export function loginTagTargets({ accountId, name }: TaggingConnector, keys: readonly string[]): readonly Target[] {
  if (keys.length === 0) return [];
  return [
    {
      action: 'iam:TagUser',
      resource: iamArn(accountId, 'user', `/federated/${name}/`, '*'),
      resourceAccountId: accountId,
      conditions: new Map([['aws:tagkeys', keys]]),
    },
  ];
}
