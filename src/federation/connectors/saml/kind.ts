import type { OpenSettings } from '../../../identity/connectors/connector-seed.ts';
import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import { readIdentityProvider } from '../../saml/read-metadata.ts';
import type { ConnectorKind, ReadSettings } from '../connector-kind.ts';
import { certificateOf, type GivenSaml, metadataFault, samlFields, samlProblems } from './given-settings.ts';
import { openSaml } from './open-saml.ts';
import { SAML_PATHS } from './own-addresses.ts';
import { generateOwnKeys, rollOver } from './own-keys.ts';
import { samlLoginTester } from './test-saml-login.ts';
import { tryIdentityProvider } from './try-identity-provider.ts';

export type OpenSamlSettings = OpenSettings<SamlSettings>;

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';
const OID = 'urn:oid:';
/** The names that common providers use, by Name or FriendlyName: Entra and ADFS, Okta, Keycloak, Google, Shibboleth. */
const DEFAULTS = {
  displayName: 'Single sign-on',
  rules: {
    userName: ['username', 'uid', `${OID}0.9.2342.19200300.100.1.1`, `${CLAIMS}name`],
    displayName: [
      'displayName',
      `${OID}2.16.840.1.113730.3.1.241`,
      'http://schemas.microsoft.com/identity/claims/displayname',
      'cn',
      'name',
    ],
    email: ['email', 'mail', `${OID}0.9.2342.19200300.100.1.3`, `${CLAIMS}emailaddress`],
  },
  groupsClaim: 'groups',
};

/** SAML 2.0 identity providers. */
export const samlKind: ConnectorKind<'saml', typeof samlFields> = {
  fields: samlFields,
  problems: samlProblems,
  read: readSaml,
  givenAgain: (settings) => settings,
  // The secret is our own keys, which nobody gives.
  secretField: () => undefined,
  secretMovedBy: () => undefined,
  deviations: () => [],
  generateSecret: generateOwnKeys,
  rollOver,
  answerPath: SAML_PATHS.acs,
  hasSameSubjects: (old, settings) =>
    old.idpEntityId === settings.idpEntityId && old.subjectAttribute === settings.subjectAttribute,
  addresses: addressesOf,
  called: ({ idpEntityId, metadataUrl }) => ({ issuer: idpEntityId, addresses: [['metadataUrl', metadataUrl]] }),
  tryProvider: tryIdentityProvider,
  tester: (deps, settings, tested) => samlLoginTester({ deps, settings, tested }),
  open: openSaml,
};

function readSaml(given: GivenSaml, readFile: Parameters<ConnectorKind['read']>[1]): ReadSettings<OpenSamlSettings> {
  const { metadataFile, idpEntityId, certificates, ...settings } = given;
  const check = (text: string) => readIdentityProvider(text, idpEntityId);
  const metadata = metadataFile === undefined ? given.metadata : readFile('metadataFile', metadataFile, check);
  return {
    settings: {
      ...present(settings),
      ...(metadata !== undefined && { metadata }),
      ...(certificates !== undefined && { certificates: certificates.map(certificateOf) }),
      idpEntityId: idpEntityId ?? entityIdIn(metadata),
    } as OpenSamlSettings,
    secret: undefined,
    defaults: DEFAULTS,
  };
}

/** Metadata that are at fault have been reported as a problem. */
function entityIdIn(metadata: string | undefined): string {
  if (metadata === undefined || metadataFault(metadata, undefined) !== undefined) return '';
  return readIdentityProvider(metadata).entityId;
}

function present(settings: object): object {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function addressesOf({ metadataUrl, ssoUrl, sloUrl, metadata, idpEntityId }: OpenSamlSettings) {
  const inMetadata =
    metadata === undefined
      ? []
      : readIdentityProvider(metadata, idpEntityId).singleSignOn.map(({ location }) => location);
  const given: readonly (readonly [string, string | undefined])[] = [
    ['metadataUrl', metadataUrl],
    ['ssoUrl', ssoUrl],
    ['sloUrl', sloUrl],
    ...inMetadata.map((location) => ['metadata', location] as const),
  ];
  return given.flatMap(([field, url]) => (url === undefined ? [] : [[field, url] as const]));
}
