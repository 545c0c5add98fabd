import type { OpenSettings } from '../../identity/connectors/connector-seed.ts';
import type { ConnectorKindName } from '../../identity/documents/connector.ts';
import type { ConnectorKind } from './connector-kind.ts';
import { ldapKind } from './ldap/kind.ts';
import { oidcKind } from './oidc/kind.ts';

/** Every kind of connector. Code outside of a kind's folder works with its row, and never with its name. */
const KINDS: { readonly [Name in ConnectorKindName]: ConnectorKind<Name> } = {
  oidc: oidcKind,
  ldap: ldapKind,
};

export const DEFAULT_KIND = 'oidc' satisfies ConnectorKindName;
export const KIND_NAMES = Object.keys(KINDS) as readonly ConnectorKindName[];

export function kindNamed(name: ConnectorKindName): ConnectorKind {
  return KINDS[name];
}

/** Whether a subject still means the same person after a change of a connector: never if even its kind changed. */
export function hasSameSubjects(old: OpenSettings, settings: OpenSettings): boolean {
  return old.kind === settings.kind && kindNamed(old.kind).hasSameSubjects(old, settings);
}
