import { plainAddresses, privateAddresses } from '../../federation/connectors/address-problems.ts';
import { ConnectorSettingsError, readGivenConnector } from '../../federation/connectors/connector-seeds.ts';
import { ProviderUnusable } from '../../federation/connectors/provider-unusable.ts';
import type { ConnectorSeed } from '../../identity/connectors/connector-seed.ts';
import type { ConnectorConflicts } from '../../identity/connectors/edit-connectors.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { storedAttribute } from '../profiles/profile-attributes.ts';
import type { ConnectorAdministration } from '../rolecall-dependencies.ts';
import { CONNECTOR_ERRORS } from './connector-errors.ts';
import type { ChangeableSettings } from './connector-shapes.ts';
import { present } from './kinds/present.ts';

type Rules = NonNullable<ChangeableSettings['Rules']>;

/** The members that were given, under the names that the configuration file has for them. */
export function givenSettings({ Rules: rules, ...input }: ChangeableSettings): Readonly<Record<string, unknown>> {
  return present({
    displayName: input.DisplayName,
    icon: input.Icon,
    domains: input.Domains,
    hasButton: input.HasButton,
    enabled: input.Enabled,
    provisioning: input.Provisioning?.toLowerCase().replaceAll('_', '-'),
    maxProofAge: input.MaxProofAge,
    rules: rules && givenRules(rules),
  });
}

function givenRules({
  Condition,
  UserName,
  DisplayName,
  Email,
  Groups,
  Profile,
  Tags,
}: Rules): Readonly<Record<string, unknown>> {
  const { Claim, Map: map, Always } = Groups ?? {};
  return present({
    condition: Condition === undefined ? undefined : parsed(Condition),
    userName: UserName,
    displayName: DisplayName,
    email: Email,
    groups: present({
      claim: Claim,
      map: map?.map(({ Value, Group }) => ({ value: Value, group: Group })),
      always: Always,
    }),
    profile: Profile?.map(({ Attribute, Claim: claim }) => ({ attribute: storedAttribute(Attribute), claim })),
    tags: Tags?.map(({ Claim: claim, Key: key, Default: byDefault }) => ({
      claim,
      key,
      ...(byDefault !== undefined && { default: byDefault }),
    })),
  });
}

/** What is not JSON stays a text, which the checks refuse. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export interface ConnectorToSave {
  readonly given: Readonly<Record<string, unknown>>;
  readonly accountId: string;
  /** Further problems, which only show once the connector is read. */
  readonly problemsOf?: (seed: ConnectorSeed) => readonly string[];
}

/**
 * Reads a connector that is about to be saved, by the same rules as the configuration file.
 * @throws {ServiceError} ValidationError with every problem.
 */
export async function readConnector(
  { editor, mayBePlain, mayBePrivate }: ConnectorAdministration,
  { given, accountId, problemsOf = () => [] }: ConnectorToSave,
): Promise<{ readonly seed: ConnectorSeed; readonly conflicts: ConnectorConflicts }> {
  const seed = readSeed(given, accountId);
  const conflicts = await editor.conflictsOf(seed);
  const ofAddresses = [...plainAddresses(seed, mayBePlain), ...privateAddresses(seed, mayBePrivate)];
  refuse([...problemsOf(seed), ...ofAddresses, ...conflicts.problems]);
  return { seed, conflicts };
}

function readSeed(given: object, accountId: string): ConnectorSeed {
  try {
    return readGivenConnector(given, accountId);
  } catch (error) {
    if (error instanceof ConnectorSettingsError) refuse(error.problems);
    throw error;
  }
}

/** @throws {ServiceError} ValidationError with every problem, if there is any. */
export function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`;
  throw new ServiceError('ValidationError', `${count} detected: ${problems.join('; ')}`);
}

/** @throws {ServiceError} ConnectorUnusableException if it cannot work with its provider. */
export async function requireUsable({ tryProvider }: ConnectorAdministration, seed: ConnectorSeed): Promise<void> {
  try {
    await tryProvider(seed);
  } catch (error) {
    if (!(error instanceof ProviderUnusable)) throw error;
    throw new ServiceError(
      CONNECTOR_ERRORS.Unusable,
      `The provider cannot be used: ${error.message}. To save the connector without this check, set Enabled to false.`,
      { cause: error },
    );
  }
}
