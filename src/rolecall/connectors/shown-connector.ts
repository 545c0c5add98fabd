import type { Target } from '../../authorize/target.ts';
import { deviationsOf } from '../../federation/connectors/kinds.ts';
import { LONGEST_PROOF_AGE } from '../../identity/connectors/proof-ages.ts';
import { type Connector, type ConnectorKindName, isManagedByApi } from '../../identity/documents/connector.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { actionOf } from '../../operations/action-of.ts';
import { shownAttribute } from '../profiles/profile-attributes.ts';
import { rolecallArn } from '../rolecall-service.ts';
import type { Declared } from '../shapes/declare-operation.ts';
import type { ValueOf } from '../shapes/shape.ts';
import { shownTags } from '../tags/tags.ts';
import type { CONNECTOR } from './connector-shapes.ts';
import { shownKind } from './kinds/kinds.ts';

export function connectorArn(accountId: string, name: string): string {
  return rolecallArn(accountId, `connector/${name}`);
}

/** A connector as the target of an operation, without tags. */
export function connectorTarget({ schema }: Pick<Declared, 'schema'>, accountId: string, name: string): Target {
  return { action: actionOf(schema), resource: connectorArn(accountId, name), resourceAccountId: accountId };
}

/** A connector that an operation names, with its tags if it exists. */
export async function namedConnectorTarget(
  store: Pick<IdentityStore, 'connectors'>,
  declared: Pick<Declared, 'schema'>,
  { accountId, name }: { readonly accountId: string; readonly name: string },
): Promise<Target> {
  const found = await store.connectors.get([accountId, name]);
  return { ...connectorTarget(declared, accountId, name), resourceTags: found?.tags ?? [] };
}

const SHOWN_DEVIATIONS = { 'no-pkce': 'NO_PKCE', 'no-nonce': 'NO_NONCE' } as const;

/** @param publicUrl without a slash at its end. */
export function shownConnector(connector: Connector, publicUrl: string): ValueOf<typeof CONNECTOR> {
  const { accountId, name, displayName, icon, settings, rules, domains, enabled, disabledAt, hasButton, provisioning } =
    connector;
  return {
    Name: name,
    Arn: connectorArn(accountId, name),
    Kind: settings.kind.toUpperCase() as Uppercase<ConnectorKindName>,
    Origin: isManagedByApi(connector) ? 'API' : 'FILE',
    DisplayName: displayName,
    Icon: icon,
    Enabled: enabled && disabledAt === undefined,
    HasButton: hasButton,
    Domains: domains,
    Provisioning: provisioning === 'linked-only' ? 'LINKED_ONLY' : 'JUST_IN_TIME',
    MaxProofAge: connector.maxProofAge ?? LONGEST_PROOF_AGE,
    Rules: shownRules(rules),
    Deviations: deviationsOf(settings).map((name) => SHOWN_DEVIATIONS[name]),
    ...shownKind(connector, publicUrl),
    Tags: shownTags(connector.tags ?? []),
    CreatedAt: new Date(connector.createdAt),
    UpdatedAt: new Date(connector.updatedAt),
  };
}

function shownRules({ condition, userName, displayName, email, groups, profile, tags }: Connector['rules']) {
  const map = groups.map.map(({ value, group }) => ({ Value: value, Group: group }));
  return {
    Condition: condition,
    UserName: userName,
    DisplayName: displayName,
    Email: email,
    Groups: { Claim: groups.claim, Map: map, Always: groups.always },
    ...(profile !== undefined && {
      Profile: profile.map(({ attribute, claim }) => ({ Attribute: shownAttribute(attribute), Claim: claim })),
    }),
    ...(tags !== undefined && {
      Tags: tags.map(({ claim, key, default: byDefault }) => ({
        Claim: claim,
        Key: key,
        ...(byDefault !== undefined && { Default: byDefault }),
      })),
    }),
  };
}
