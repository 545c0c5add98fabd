import type { OpenSettings } from '../../identity/connectors/connector-seed.ts';
import type { ConnectorKindName } from '../../identity/documents/connector.ts';
import type { ConnectorKind, Deviation } from './connector-kind.ts';
import { ldapKind } from './ldap/kind.ts';
import { oauth2Kind } from './oauth2/kind.ts';
import { oidcKind } from './oidc/kind.ts';

/** Every kind of connector. Code outside of a kind's folder works with its row, and never with its name. */
const KINDS: { readonly [Name in ConnectorKindName]: ConnectorKind<Name> } = {
  oidc: oidcKind,
  oauth2: oauth2Kind,
  ldap: ldapKind,
};

export const DEFAULT_KIND = 'oidc' satisfies ConnectorKindName;
export const KIND_NAMES = Object.keys(KINDS) as readonly ConnectorKindName[];

export function kindNamed(name: ConnectorKindName): ConnectorKind {
  return KINDS[name];
}

/** The protections that are switched off for a connector's provider. */
export function deviationsOf(settings: OpenSettings): readonly Deviation[] {
  return kindNamed(settings.kind).deviations(settings);
}

/** Whether a subject still means the same person after a change of a connector: never if even its kind changed. */
export function hasSameSubjects(old: OpenSettings, settings: OpenSettings): boolean {
  return old.kind === settings.kind && kindNamed(old.kind).hasSameSubjects(old, settings);
}
