import type { OpenSettings } from '../../identity/connectors/connector-seed.ts';
import type { Connector, ConnectorKindName } from '../../identity/documents/connector.ts';
import { callbackPath } from './callback-path.ts';
import type { ConnectorKind, Deviation } from './connector-kind.ts';
import { ldapKind } from './ldap/kind.ts';
import { oauth2Kind } from './oauth2/kind.ts';
import { oidcKind } from './oidc/kind.ts';
import { samlKind } from './saml/kind.ts';

/** Every kind of connector. Code outside of a kind's folder works with its row, and never with its name. */
const KINDS: { readonly [Name in ConnectorKindName]: ConnectorKind<Name> } = {
  oidc: oidcKind,
  oauth2: oauth2Kind,
  ldap: ldapKind,
  saml: samlKind,
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

/** The path at which a connector's provider sends the browser back to us. */
export function answerPath({ name, settings }: Pick<Connector, 'name' | 'settings'>): string {
  return kindNamed(settings.kind).answerPath?.(name) ?? callbackPath(name);
}

/** Whether a subject still means the same person after a change of a connector: never if even its kind changed. */
export function hasSameSubjects(old: OpenSettings, settings: OpenSettings): boolean {
  return old.kind === settings.kind && kindNamed(old.kind).hasSameSubjects(old, settings);
}

/** Generates the secret of a connector that has keys of its own; `undefined` if the secret of its kind is given. */
function generateSecret(settings: OpenSettings, name: string): (() => Promise<string>) | undefined {
  const { generateSecret: generate } = kindNamed(settings.kind);
  return generate && (() => generate(name, Date.now()));
}

/** What the store of connectors has to know of their kinds. */
export const KIND_RULES = { hasSameSubjects, generateSecret };
