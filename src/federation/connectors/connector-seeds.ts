import { readFileSync } from 'node:fs';
import type { ConnectorSeed } from '../../identity/connectors/connector-seed.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { type ConnectorSettings, type GivenConnector, givenConnectorShape } from './connector-settings.ts';
import { OIDC_PRESETS, type OidcPreset } from './presets.ts';

/** Connectors cannot be used; `problems` names every setting that is wrong, and why. */
export class ConnectorSettingsError extends Error {
  override readonly name = 'ConnectorSettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

/**
 * The connectors of the configuration file, with what their presets add. @param accountId of those that name none.
 * @throws {ConnectorSettingsError} if a file with a secret cannot be read.
 */
export function connectorSeeds(list: readonly ConnectorSettings[], accountId: string): readonly ConnectorSeed[] {
  const problems: string[] = [];
  const seeds = list.map((connector) => {
    const secret = secretOf(connector, (reason) => {
      problems.push(`federation.connectors[${connector.name}].clientSecretFile: ${reason}`);
    });
    return seedOf(connector, { accountId: connector.accountId ?? accountId, secret });
  });
  if (problems.length > 0) throw new ConnectorSettingsError(problems);
  return seeds;
}

function secretOf(
  { clientSecret, clientSecretFile }: ConnectorSettings,
  failed: (reason: string) => void,
): string | undefined {
  if (clientSecretFile === undefined) return clientSecret;
  try {
    const secret = readFileSync(clientSecretFile, 'utf8').trim();
    if (secret === '') failed(`${clientSecretFile} is empty`);
    return secret;
  } catch (error) {
    failed(`${clientSecretFile} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    return undefined;
  }
}

/**
 * A connector that the API was given, with what its preset adds: the same checks as for the configuration file.
 * @throws {ConnectorSettingsError} with every problem, each with the path of the setting.
 */
export function readGivenConnector(given: object, accountId: string): ConnectorSeed {
  const parsed = givenConnectorShape.safeParse(given);
  if (parsed.success) return seedOf(parsed.data, { accountId, secret: parsed.data.clientSecret });
  throw new ConnectorSettingsError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
}

/** What {@link readGivenConnector} makes this connector of, so that a change can replace a part. Contains the secret. */
export function givenAgain(connector: Connector, secret: string | undefined): Readonly<Record<string, unknown>> {
  const { name, displayName, domains, hasButton, enabled, rules } = connector;
  const { sealedSecret: _sealed, ...settings } = connector.settings;
  const { condition, ...claims } = rules;
  return {
    name,
    displayName,
    ...settings,
    ...(secret !== undefined && { clientSecret: secret }),
    domains,
    hasButton,
    enabled,
    rules: { ...claims, ...(condition !== undefined && { condition: JSON.parse(condition) }) },
  };
}

function seedOf(
  connector: GivenConnector,
  { accountId, secret }: { accountId: string; secret: string | undefined },
): ConnectorSeed {
  const preset: OidcPreset = OIDC_PRESETS[connector.preset];
  const { condition, userName, displayName, email, groups } = connector.rules;
  const claim = groups.claim ?? (groups.map.length > 0 ? preset.groupsClaim : undefined);
  return {
    accountId,
    secret,
    name: connector.name,
    displayName: connector.displayName ?? preset.displayName,
    settings: {
      kind: 'oidc',
      preset: connector.preset,
      issuer: connector.issuer ?? preset.issuer ?? '',
      clientId: connector.clientId,
      clientAuthentication: connector.clientAuthentication ?? preset.clientAuthentication,
      scopes: [...new Set(['openid', ...(connector.scopes ?? preset.scopes)])],
      subjectClaim: connector.subjectClaim ?? preset.subjectClaim,
      userinfo: connector.userinfo ?? preset.userinfo,
      ...(connector.hostedDomains !== undefined && { hostedDomains: connector.hostedDomains }),
    },
    rules: {
      ...(condition !== undefined && { condition: JSON.stringify(condition) }),
      userName: [...(userName ?? preset.rules.userName)],
      displayName: [...(displayName ?? preset.rules.displayName)],
      email: [...(email ?? preset.rules.email)],
      groups: { ...(claim !== undefined && { claim }), map: groups.map, always: groups.always },
    },
    domains: connector.domains,
    hasButton: connector.hasButton,
    enabled: connector.enabled,
  };
}
