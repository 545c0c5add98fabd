import { rsaKey } from '../../harness/saml-metadata.ts';
import type { AssertionContent } from '../../src/bridge/answers/assertion.ts';
import type { ResponseEnvelope } from '../../src/bridge/answers/response.ts';
import type { CanonicalSigning } from '../../src/federation/saml/outgoing/sign-canonical.ts';
import type { SamlApplicationSettings } from '../../src/identity/documents/applications/saml-application.ts';

/** What the suites of pure functions share. */

export const NOW = Date.UTC(2026, 10, 29, 12);
export const IDP_KEY = rsaKey();
export const SIGNING: CanonicalSigning = { ...IDP_KEY, algorithm: 'RSA_SHA256' };
export const IDP = 'https://id.example.com/saml/idp/123456789012/metadata';
export const SP = 'https://app.example.com/saml';
export const ACS = 'https://app.example.com/acs';

export const ENVELOPE: ResponseEnvelope = {
  id: '_response',
  issuer: IDP,
  acs: ACS,
  inResponseTo: '_request',
  now: NOW,
};

export const CONTENT: AssertionContent = {
  id: '_assertion',
  issuer: IDP,
  nameId: { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', value: 'p1' },
  entityId: SP,
  audience: SP,
  acs: ACS,
  inResponseTo: '_request',
  now: NOW,
  authenticatedAt: NOW - 5000,
  sessionIndex: '_session',
  sessionEndsAt: NOW + 3_600_000,
  classRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  attributes: [{ name: 'groups', friendlyName: 'Groups', nameFormat: 'basic', values: ['a & b', '<c>\r\n', 'd"e'] }],
};

export const SETTINGS: SamlApplicationSettings = {
  protocol: 'SAML',
  acs: [
    { url: ACS, index: 0, isDefault: true },
    { url: 'https://app.example.com/other-acs', index: 7, isDefault: false },
  ],
  certificates: [],
  nameId: { format: 'persistent' },
  attributes: [],
  signResponse: false,
  signAssertion: true,
  signatureAlgorithm: 'RSA_SHA256',
  wantSignedRequests: false,
  authnContexts: [],
};
