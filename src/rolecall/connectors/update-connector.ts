import { isDeepStrictEqual } from 'node:util';
import { givenAgain } from '../../federation/connectors/connector-seeds.ts';
import type { ConnectorSeed } from '../../identity/connectors/connector-seed.ts';
import { type Connector, isManagedByApi } from '../../identity/documents/connector.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';
import {
  CHANGE_ERRORS,
  CONNECTOR_ERRORS,
  connectorChanged,
  connectorFromFile,
  noSuchConnector,
} from './connector-errors.ts';
import { CHANGED, CONNECTOR } from './connector-shapes.ts';
import { givenSettings, present, readConnector, requireUsable } from './given-connector.ts';
import { decidesGroups, givenGroups, groupsOf, groupTargets } from './given-groups.ts';
import { connectorTarget, shownConnector } from './shown-connector.ts';

/** Changes a connector of the caller's account. */
export const UpdateConnector = declareOperation({
  name: 'UpdateConnector',
  documentation:
    "Changes a connector. Settings that are left out stay as they are, the secret too; `Rules` are replaced as a whole, and an empty `HostedDomains` removes that test. A new `Issuer` needs the `ClientSecret` again, because the old one belongs to the other provider. If `Issuer` or `SubjectClaim` change, everyone who signs in is a new user. The provider's metadata and keys are read first if settings of the sign-in changed or the connector is enabled. Connectors of the configuration file cannot be changed here. The permission is checked on `arn:aws:rolecall::<account>:connector/<name>`; if `Issuer`, `ClientId`, `SubjectClaim`, `HostedDomains` or `Rules` are given, every group that the connector gives needs `iam:AddUserToGroup` as well.",
  readOnly: false,
  input: CHANGED,
  output: { Connector: shape.required(CONNECTOR, 'The connector as it is now.') },
  errors: [...CHANGE_ERRORS, CONNECTOR_ERRORS.Unusable],
});

type Input = StructureOf<typeof CHANGED>;

/** The groups that the connector gives once it is changed. */
function groupsAfter({ Rules: rules }: Input, found: Connector | undefined): readonly string[] {
  if (rules !== undefined) return givenGroups(rules);
  return found === undefined ? [] : groupsOf(found.rules);
}

export function updateConnectorOperation({ store, server, connectors }: RolecallDependencies) {
  return declaredOperation(UpdateConnector, {
    async authorize(input, { caller: { accountId } }) {
      const found = await store.connectors.get([accountId, input.Name]);
      const groups = decidesGroups(input) ? groupsAfter(input, found) : [];
      const targets = await groupTargets(store, accountId, groups);
      return { targets: [connectorTarget(UpdateConnector, accountId, input.Name), ...targets], subject: found };
    },
    async handle(input, { caller: { accountId } }, found) {
      if (found === undefined) throw noSuchConnector(input.Name);
      if (!isManagedByApi(found)) throw connectorFromFile(found.name);
      const secret = connectors.editor.secretOf(found);
      const { seed } = await readConnector(connectors, { ...changed(found, secret, input), accountId });
      if (seed.enabled && (!found.enabled || isOtherwiseReached(found, seed))) await requireUsable(connectors, seed);
      const saved = await connectors.editor.replace(found, seed);
      if (saved === undefined) throw connectorChanged(found.name);
      return { Connector: shownConnector(saved, server.PublicUrl) };
    },
  });
}

/** The connector with the change. The old secret is never sent to a new issuer: otherwise, anyone who may change a connector could learn it. */
function changed(found: Connector, secret: string | undefined, { Name: _name, ClientId, ...input }: Input) {
  const { issuer, clientAuthentication } = found.settings;
  const authentication = input.ClientAuthentication?.toLowerCase() ?? clientAuthentication;
  const isElsewhere = input.Issuer !== undefined && input.Issuer !== issuer;
  const isKept = secret !== undefined && input.ClientSecret === undefined && authentication !== 'none';
  const before = givenAgain(found, isKept ? secret : undefined);
  const { hostedDomains, ...given }: Readonly<Record<string, unknown>> = {
    ...before,
    ...present({ clientId: ClientId }),
    ...givenSettings(input),
  };
  return {
    given: { ...given, ...(!isEmpty(hostedDomains) && { hostedDomains }) },
    problems: isKept && isElsewhere ? ['clientSecret: is needed, because the issuer changes'] : [],
  };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function isOtherwiseReached(
  { settings: { sealedSecret: _sealed, ...settings } }: Connector,
  seed: ConnectorSeed,
): boolean {
  return !isDeepStrictEqual(settings, seed.settings);
}
