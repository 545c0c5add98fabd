import { givenAgain } from '../../federation/connectors/connector-seeds.ts';
import { kindNamed } from '../../federation/connectors/kinds.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import type { ChangedSettings } from './connector-shapes.ts';
import { type ConnectorToSave, givenSettings, refuse } from './given-connector.ts';
import { givenKinds } from './kinds/kinds.ts';

/**
 * The connector with a change. @param secret of the connector as it is.
 * @throws {ServiceError} ValidationError for settings of another kind.
 */
export function changedConnector(
  found: Connector,
  secret: string | undefined,
  input: ChangedSettings,
): Pick<ConnectorToSave, 'given' | 'problemsOf'> {
  const kind = kindNamed(found.settings.kind);
  const before = givenAgain(found);
  const common = emptied(givenSettings(input), ['icon']);
  const merged = { ...before, ...common, ...ownSettings(found, input) };
  const field = kind.secretField(merged);
  // The old secret is never sent to another server: otherwise, anyone who may change a connector could learn it.
  const isKept =
    field !== undefined && !(field in merged) && field === kind.secretField(before) && secret !== undefined;
  return {
    given: isKept ? { ...merged, [field]: secret } : merged,
    problemsOf(seed) {
      const moved = isKept ? kind.secretMovedBy(found.settings, seed.settings) : undefined;
      return moved === undefined ? [] : [`${field}: is needed, because the ${moved} changes`];
    },
  };
}

/** The settings that were given for the connector's kind; `undefined` removes one. */
function ownSettings({ settings }: Connector, input: ChangedSettings): Readonly<Record<string, unknown>> {
  const given = givenKinds(input);
  const others = given.filter(({ row }) => row.kind !== settings.kind);
  refuse(others.map(({ member }) => `${member}: the kind of the connector is ${settings.kind.toUpperCase()}`));
  return Object.assign({}, ...given.map(({ row, input: own }) => emptied(row.given(own), row.removable)));
}

function emptied(given: Readonly<Record<string, unknown>>, removable: readonly string[]) {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      removable.includes(name) && isEmpty(value) ? undefined : value,
    ]),
  );
}

function isEmpty(value: unknown): boolean {
  return value === 0 || (value as { length?: number }).length === 0;
}
