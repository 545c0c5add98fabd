import { readFileSync } from 'node:fs';
import type { ConnectorSeed } from '../../identity/connectors/connector-seed.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import type { ReadSettingFile } from './connector-kind.ts';
import { type GivenConnector, givenConnectorShape, kindOfGiven } from './connector-settings.ts';
import { kindNamed } from './kinds.ts';

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
 * @throws {ConnectorSettingsError} if a file that a setting names cannot be read.
 */
export function connectorSeeds(list: readonly GivenConnector[], accountId: string): readonly ConnectorSeed[] {
  const problems: string[] = [];
  const seeds = list.map((connector) => {
    const readFile = fileReader((field, reason) => {
      problems.push(`federation.connectors[${connector.name}].${field}: ${reason}`);
    });
    return seedOf(connector, { accountId: connector.accountId ?? accountId, readFile });
  });
  if (problems.length > 0) throw new ConnectorSettingsError(problems);
  return seeds;
}

function fileReader(failed: (field: string, reason: string) => void): ReadSettingFile {
  return (field, path, check) => {
    let text: string;
    try {
      text = readFileSync(path, 'utf8').trim();
    } catch (error) {
      failed(field, `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
      return undefined;
    }
    try {
      if (text === '') throw new Error('is empty');
      check?.(text);
      return text;
    } catch (error) {
      failed(field, `${path} ${(error as Error).message}`);
      return undefined;
    }
  };
}

/**
 * A connector that the API was given, with what its preset adds: the same checks as for the configuration file.
 * @throws {ConnectorSettingsError} with every problem, each with the path of the setting.
 */
export function readGivenConnector(given: object, accountId: string): ConnectorSeed {
  const parsed = givenConnectorShape.safeParse(given);
  if (parsed.success) return seedOf(parsed.data, { accountId, readFile: () => undefined });
  throw new ConnectorSettingsError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
}

/** What {@link readGivenConnector} makes this connector of, so that a change can replace a part. Contains no secret. */
export function givenAgain(connector: Connector): Readonly<Record<string, unknown>> {
  const { name, displayName, icon, domains, hasButton, enabled, provisioning, maxProofAge, rules } = connector;
  const { sealedSecret: _sealed, ...settings } = connector.settings;
  const { condition, ...claims } = rules;
  return {
    name,
    displayName,
    ...(icon !== undefined && { icon }),
    ...kindNamed(settings.kind).givenAgain(settings),
    domains,
    hasButton,
    enabled,
    provisioning,
    ...(maxProofAge !== undefined && { maxProofAge }),
    rules: { ...claims, ...(condition !== undefined && { condition: JSON.parse(condition) }) },
  };
}

function seedOf(
  given: GivenConnector,
  { accountId, readFile }: { readonly accountId: string; readonly readFile: ReadSettingFile },
): ConnectorSeed {
  const { settings, secret, defaults } = kindNamed(kindOfGiven(given)).read(given, readFile);
  const { condition, userName, displayName, email, groups, profile = [], tags = [] } = given.rules;
  const claim = groups.claim ?? (groups.map.length > 0 ? defaults.groupsClaim : undefined);
  return {
    accountId,
    secret,
    name: given.name,
    displayName: given.displayName ?? defaults.displayName,
    ...(given.icon !== undefined && { icon: given.icon }),
    settings,
    rules: {
      ...(condition !== undefined && { condition: JSON.stringify(condition) }),
      userName: [...(userName ?? defaults.rules.userName)],
      displayName: [...(displayName ?? defaults.rules.displayName)],
      email: [...(email ?? defaults.rules.email)],
      groups: { ...(claim !== undefined && { claim }), map: groups.map, always: groups.always },
      ...(profile.length > 0 && { profile }),
      ...(tags.length > 0 && { tags }),
    },
    domains: given.domains,
    hasButton: given.hasButton,
    enabled: given.enabled,
    provisioning: given.provisioning,
    ...(given.maxProofAge !== undefined && { maxProofAge: given.maxProofAge }),
  };
}
