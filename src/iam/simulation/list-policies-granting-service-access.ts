import {
  type ListPoliciesGrantingServiceAccessEntry as Entry,
  ListPoliciesGrantingServiceAccess$,
  type ListPoliciesGrantingServiceAccessRequest,
  type ListPoliciesGrantingServiceAccessResponse,
  type PolicyGrantingServiceAccess,
  type PolicyOwnerEntityType,
} from '@aws-sdk/client-iam';
import { compileGathered, type GatheredPolicy } from '../../authorize/gather-policies.ts';
import { gatherEntityPolicies } from '../../evaluation/entity.ts';
import { grantsService } from '../../evaluation/grants-service.ts';
import { DEFAULT_MAX_ITEMS } from '../../identity/rules/paging.ts';
import { makePause } from '../../kernel/pause.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { truncation } from '../list-output.ts';
import { entityOperation } from './entity-operation.ts';
import { markerAfter, startOfPage } from './numbered-page.ts';

type Input = Decoded<ListPoliciesGrantingServiceAccessRequest>;

const LIST = 'ListPoliciesGrantingServiceAccess';

/**
 * ListPoliciesGrantingServiceAccess: for each service, the policies of a user (with its groups), group or role that allow any of its
 * actions. Ignores other kinds of policies, and denials.
 */
export function listPoliciesGrantingServiceAccessOperation(deps: Pick<IamDependencies, 'store'>) {
  return entityOperation<Input, ListPoliciesGrantingServiceAccessResponse>(deps, {
    schema: ListPoliciesGrantingServiceAccess$,
    parameter: 'Arn',
    arn: (input) => input.Arn,
    async handle({ ServiceNamespaces: services, Marker }, _call, entity) {
      const { identity } = await gatherEntityPolicies(deps.store, entity);
      const pause = makePause();
      const policies = inListOrder(identity).map((policy) => ({ policy, compiled: compileGathered(policy) }));
      const from = startOfPage(LIST, Marker, services.length);
      const to = from + DEFAULT_MAX_ITEMS;
      const entries: Entry[] = [];
      for (const service of services.slice(from, to)) {
        await pause();
        const granting = policies.filter(({ compiled }) => grantsService(compiled, service));
        entries.push({ ServiceNamespace: service, Policies: granting.map(({ policy }) => grantOutput(policy)) });
      }
      return {
        PoliciesGrantingServiceAccess: entries,
        ...truncation({ items: entries, ...markerAfter(LIST, to, services.length) }),
      };
    },
  });
}

/** Managed policies before inline ones, the entity's own before those of its groups; each managed policy once. */
function inListOrder(policies: readonly GatheredPolicy[]): readonly GatheredPolicy[] {
  const managed = new Map<string, GatheredPolicy>();
  for (const policy of policies) {
    const { source } = policy;
    if (source.type === 'managed' && !managed.has(source.id)) managed.set(source.id, policy);
  }
  return [...managed.values(), ...policies.filter(({ source }) => source.type === 'inline')];
}

function grantOutput({ source, policyName, holder }: GatheredPolicy): PolicyGrantingServiceAccess {
  if (source.type === 'managed') return { PolicyName: policyName, PolicyType: 'MANAGED', PolicyArn: source.id };
  const EntityType = holder.type.toUpperCase() as PolicyOwnerEntityType;
  return { PolicyName: policyName, PolicyType: 'INLINE', EntityType, EntityName: holder.name };
}
