import { CONNECTORS_PER_ACCOUNT } from '../../identity/connectors/edit-connectors.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { taggedCreation } from '../tags/tagged-creation.ts';
import { givenTags } from '../tags/tags.ts';
import { domainTargets } from './claimed-domains.ts';
import { CONNECTOR_ERRORS } from './connector-errors.ts';
import { CONNECTOR, CREATED, type CreatedSettings } from './connector-shapes.ts';
import { givenSettings, readConnector, refuse, requireUsable } from './given-connector.ts';
import { givenGroups, groupTargets } from './given-groups.ts';
import { loginTagTargets } from './given-login-tags.ts';
import { givenKinds, KIND_MEMBERS } from './kinds/kinds.ts';
import { connectorTarget, shownConnector } from './shown-connector.ts';

/** Creates a connector in the caller's account. */
export const CreateConnector = declareOperation({
  name: 'CreateConnector',
  documentation:
    'Creates a connector, through which people sign in. Its kind is that of the structure that is given, `Oidc` for an OpenID Connect provider, `OAuth2` for an OAuth 2 provider, `Saml` for a SAML identity provider, `Ldap` for a directory; exactly one is needed. The settings are those of the configuration file, with the same defaults. Unless it is created disabled, the provider is tried first. The permission is checked on `arn:aws:rolecall::<account>:connector/<name>`; groups that the rules give need `iam:AddUserToGroup` as well, session tags that they give `iam:TagUser` on `arn:aws:iam::<account>:user/federated/<name>/*`, tags `rolecall:TagResource`, and each of `Domains` `rolecall:ClaimDomain` on `arn:aws:rolecall::<account>:domain/<domain>`.',
  readOnly: false,
  input: CREATED,
  output: { Connector: shape.required(CONNECTOR, 'The connector, with the redirect URI to register.') },
  errors: [CONNECTOR_ERRORS.ConnectorExists, CONNECTOR_ERRORS.LimitExceeded, CONNECTOR_ERRORS.Unusable],
});

export function createConnectorOperation({ store, server, connectors }: RolecallDependencies) {
  return declaredOperation(CreateConnector, {
    async authorize({ Name, Rules: rules, Tags: tags, Domains }, { caller: { accountId } }) {
      const groups = await groupTargets(store, accountId, givenGroups(rules));
      const connector = connectorTarget(CreateConnector, accountId, Name);
      const keys = (rules?.Tags ?? []).map(({ Key }) => Key);
      const ofLogins = loginTagTargets({ accountId, name: Name }, keys);
      return {
        targets: [...taggedCreation(connector, tags), ...groups, ...ofLogins, ...domainTargets(accountId, Domains)],
        subject: undefined,
      };
    },
    async handle(input, { caller: { accountId } }) {
      const { Name } = input;
      const given = { name: Name, ...givenSettings(input), ...settingsOfKind(input) };
      const { seed, conflicts } = await readConnector(connectors, { given, accountId });
      if (conflicts.isNameTaken) throw nameTaken(Name);
      if (conflicts.isBeyondQuota) throw beyondQuota();
      if (seed.enabled) await requireUsable(connectors, seed);
      const created = await connectors.editor.create(seed, givenTags(input.Tags));
      if (created === undefined) throw nameTaken(Name);
      return { Connector: shownConnector(created, server.PublicUrl) };
    },
  });
}

/** @throws {ServiceError} ValidationError unless there are settings of exactly one kind. */
function settingsOfKind(input: CreatedSettings): Readonly<Record<string, unknown>> {
  const [kind, ...others] = givenKinds(input);
  if (kind === undefined) refuse([`one of ${KIND_MEMBERS.join(', ')} is needed: the settings of a kind of connector`]);
  refuse(others.map(({ member }) => `${member}: cannot be combined with ${kind?.member}`));
  return kind === undefined ? {} : { kind: kind.row.kind, ...kind.row.given(kind.input) };
}

function nameTaken(name: string): ServiceError {
  return new ServiceError(CONNECTOR_ERRORS.ConnectorExists, `The name ${name} is taken. Choose another one.`);
}

function beyondQuota(): ServiceError {
  return new ServiceError(
    CONNECTOR_ERRORS.LimitExceeded,
    `Cannot exceed quota for ConnectorsPerAccount: ${CONNECTORS_PER_ACCOUNT}`,
  );
}
