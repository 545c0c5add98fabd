import { isDeepStrictEqual } from 'node:util';
import type { ConnectorSeed } from '../../identity/connectors/connector-seed.ts';
import { type Connector, isManagedByApi } from '../../identity/documents/connector.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { changedConnector } from './changed-connector.ts';
import { domainTargets } from './claimed-domains.ts';
import {
  CHANGE_ERRORS,
  CONNECTOR_ERRORS,
  connectorChanged,
  connectorFromFile,
  noSuchConnector,
} from './connector-errors.ts';
import { CHANGED, type ChangedSettings, CONNECTOR } from './connector-shapes.ts';
import { readConnector, requireUsable } from './given-connector.ts';
import { decidesGroups, decidesPeople, givenGroups, groupsOf, groupTargets } from './given-groups.ts';
import { loginTagTargets } from './given-login-tags.ts';
import { linkedUserTargets } from './linked-users.ts';
import { asksForRollOverAlone, rolledOver } from './rolled-over.ts';
import { namedConnectorTarget, shownConnector } from './shown-connector.ts';

/** Changes a connector of the caller's account. */
export const UpdateConnector = declareOperation({
  name: 'UpdateConnector',
  documentation:
    "Changes a connector. Settings that are left out stay as they are, also within the structure of its kind, and the secret too; `Rules` are replaced as a whole. A new address of the provider needs the secret again, because the old one belongs to the other provider. If a subject no longer means the same person (such as after a change of `Issuer`, `BaseUrl` or `SubjectClaim`), everyone who signs in is a new user. The kind cannot be changed. The provider's metadata and keys are read first if settings of the sign-in changed or the connector is enabled. Connectors of the configuration file cannot be changed here, except for `KeyRollOver` alone: the keys are not in the file. The permission is checked on `arn:aws:rolecall::<account>:connector/<name>`; if settings are given that decide who signs in with which groups (`Rules`, `Provisioning`, and of the kind's own all but secrets, `ClientAuthentication` and, in `Oidc`, `Scopes` and `Userinfo`), every group that the connector gives needs `iam:AddUserToGroup` as well, and session tags that it gives need `iam:TagUser` on `arn:aws:iam::<account>:user/federated/<name>/*`. Of those of the kind's own, `rolecall:CreateLink` and what it also asks for (`iam:CreateLoginProfile` or `iam:UpdateLoginProfile`) are needed on every user who is linked to the connector and was not created by it, or may do more than it gives; on `arn:aws:iam::<account>:user/*` if the connector has more than 2000 people. Each of the `Domains` that it does not have yet needs `rolecall:ClaimDomain` on `arn:aws:rolecall::<account>:domain/<domain>`.",
  readOnly: false,
  input: CHANGED,
  output: { Connector: shape.required(CONNECTOR, 'The connector as it is now.') },
  errors: [...CHANGE_ERRORS, CONNECTOR_ERRORS.Unusable],
});

/** The groups that the connector gives once it is changed. */
function groupsAfter({ Rules: rules }: ChangedSettings, found: Connector | undefined): readonly string[] {
  if (rules !== undefined) return givenGroups(rules);
  return found === undefined ? [] : groupsOf(found.rules);
}

/** The keys of the session tags that the connector gives once it is changed. */
function tagKeysAfter({ Rules: rules }: ChangedSettings, found: Connector | undefined): readonly string[] {
  if (rules !== undefined) return (rules.Tags ?? []).map(({ Key }) => Key);
  return (found?.rules.tags ?? []).map(({ key }) => key);
}

export function updateConnectorOperation({ store, protection, server, connectors }: RolecallDependencies) {
  return declaredOperation(UpdateConnector, {
    async authorize(input, { caller: { accountId } }) {
      const found = await store.connectors.get([accountId, input.Name]);
      const groups = decidesGroups(input) ? groupsAfter(input, found) : [];
      const ofGroups = await groupTargets(store, accountId, groups);
      const keys = decidesGroups(input) ? tagKeysAfter(input, found) : [];
      const ofLogins = loginTagTargets({ accountId, name: input.Name }, keys);
      const ofUsers =
        found !== undefined && decidesPeople(input) ? await linkedUserTargets(store, protection(), found) : [];
      const target = await namedConnectorTarget(store, UpdateConnector, { accountId, name: input.Name });
      const ofDomains = domainTargets(accountId, input.Domains, found);
      return { targets: [target, ...ofGroups, ...ofLogins, ...ofUsers, ...ofDomains], subject: found };
    },
    async handle(input, { caller: { accountId } }, found) {
      if (found === undefined) throw noSuchConnector(input.Name);
      const secret = connectors.editor.secretOf(found);
      if (!isManagedByApi(found)) {
        const rolled = asksForRollOverAlone(input) ? await rolledOver(found, secret, input) : undefined;
        if (rolled === undefined) throw connectorFromFile(found.name);
        const saved = await connectors.editor.replaceSecret(found, rolled);
        if (saved === undefined) throw connectorChanged(found.name);
        return { Connector: shownConnector(saved, server.PublicUrl) };
      }
      const change = changedConnector(found, secret, input);
      const { seed } = await readConnector(connectors, { ...change, accountId });
      if (seed.enabled && (!found.enabled || isOtherwiseReached(found, seed))) await requireUsable(connectors, seed);
      const rolled = await rolledOver(seed, secret, input);
      const saved = await connectors.editor.replace(found, { ...seed, secret: rolled ?? seed.secret });
      if (saved === undefined) throw connectorChanged(found.name);
      return { Connector: shownConnector(saved, server.PublicUrl) };
    },
  });
}

function isOtherwiseReached(
  { settings: { sealedSecret: _sealed, ...settings } }: Connector,
  seed: ConnectorSeed,
): boolean {
  return !isDeepStrictEqual(settings, seed.settings);
}
