import { ownAddresses } from '../../../federation/connectors/saml/own-addresses.ts';
import { certificatesIn } from '../../../federation/connectors/saml/signing-certificates.ts';
import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import { type StructureOf, shape } from '../../shapes/shape.ts';
import type { ShownWith } from './connector-kind-shapes.ts';
import { present } from './present.ts';
import { CLAIM, CLIENT_ID, SAML_FACTORS } from './setting-shapes.ts';
import { givenFactors, shownFactors } from './trusted-factors.ts';

const { boolean, enumeration, list, optional, required, structure, text, timestamp } = shape;

const ENTITY_ID = text('SamlEntityId', { length: [1, 1024], audited: true });
const URL = text('SamlUrl', { length: [1, 2048], audited: true });
const BINDING = enumeration('SamlBinding', ['REDIRECT', 'POST'], { documentation: 'How a request is sent.' });
const URN = text('SamlUrn', { length: [1, 1024], audited: true });
const URNS = list('SamlUrnList', URN, { length: [0, 20] });
const CERTIFICATES = list('SamlCertificateList', text('SamlCertificate', { length: [1, 16_384] }), { length: [1, 10] });
const FLAG = boolean('SamlFlag');

const CHANGEABLE = {
  IdpEntityId: optional(
    ENTITY_ID,
    "The provider's entity id, exactly as it names itself. Not needed with metadata that describe one provider.",
  ),
  MetadataUrl: optional(
    URL,
    'Where the provider publishes its metadata, which are read again every hour, and at once if it signs with an unknown key. Exactly one of this, `Metadata` and `SsoUrl` is needed.',
  ),
  Metadata: optional(text('SamlMetadataDocument', { length: [1, 262_144] }), "The provider's metadata themselves."),
  SsoUrl: optional(URL, 'Without metadata: where requests go.'),
  SloUrl: optional(URL, 'Without metadata: where logout messages go.'),
  Certificates: optional(CERTIFICATES, "Without metadata: the provider's signing certificates, in PEM."),
  EntityId: optional(ENTITY_ID, 'What Rolecall is called at the provider. Default: the address of its metadata.'),
  RequestBinding: optional(BINDING, 'How requests are sent. Default: by redirect, if the provider takes that.'),
  LoginHintParameter: optional(
    text('SamlParameter', { length: [1, 64], audited: true }),
    'The parameter beside a request in which the provider takes the name that the person gave: `login_hint` for Entra ID. Default: the name is not sent.',
  ),
  SignRequests: optional(FLAG, 'Whether requests are signed. Default: yes.'),
  RequireSignedAssertion: optional(FLAG, 'Whether the assertion itself must be signed. Default: no.'),
  RequireSignedResponse: optional(FLAG, 'Whether the response itself must be signed. Default: no.'),
  RequireEncryption: optional(FLAG, 'Whether an assertion that is not encrypted is refused. Default: no.'),
  NameIdFormat: optional(URN, 'The NameID format to ask for. Default: none.'),
  AuthnContexts: optional(URNS, 'The authentication context classes to ask for, of which one must come back.'),
  SubjectAttribute: optional(CLAIM, 'The attribute that identifies a person for good. Default: the NameID.'),
  TrustEmail: optional(FLAG, 'Whether the provider vouches for e-mail addresses. Default: no.'),
  AllowIdpInitiated: optional(FLAG, "Whether people may begin at the provider's portal. Default: no."),
  IdpInitiatedApp: optional(CLIENT_ID, 'The client id of the app to which they come then.'),
  TrustedFactors: SAML_FACTORS,
};
const ROLL_OVER = optional(
  enumeration('KeyRollOver', ['BEGIN', 'FINISH'], { documentation: 'A step of a roll-over of our own keys.' }),
  '`BEGIN` publishes new keys of ours beside the old ones, which stay in use. `FINISH` drops the old ones, once the provider has read our metadata again.',
);
const CHANGED = { ...CHANGEABLE, KeyRollOver: ROLL_OVER };
type Input = Partial<StructureOf<typeof CHANGED>>;

const { Metadata: _metadata, Certificates: _certificates, ...SHOWN_AS_GIVEN } = CHANGEABLE;

const SIGNING_CERTIFICATE = structure('SamlSigningCertificate', {
  Fingerprint: required(text('CertificateFingerprint', { length: [1, 128] }), 'Its SHA-256 fingerprint.'),
  NotAfter: optional(timestamp('CertificateNotAfter'), 'When it expires; absent if that cannot be read.'),
});

/** What replaces another source of the provider's facts has to remove that one. */
const SOURCES: readonly (readonly [given: 'MetadataUrl' | 'Metadata' | 'SsoUrl', removed: readonly string[]])[] = [
  ['MetadataUrl', ['metadata', 'ssoUrl', 'sloUrl', 'certificates']],
  ['Metadata', ['metadataUrl', 'ssoUrl', 'sloUrl', 'certificates']],
  ['SsoUrl', ['metadataUrl', 'metadata']],
];

/** Connectors to SAML identity providers. */
export const SAML = {
  kind: 'saml',
  created: structure('NewSamlSettings', CHANGEABLE, {
    documentation: 'The settings of a new connector to a SAML 2.0 identity provider.',
  }),
  changed: structure('ChangedSamlSettings', CHANGED, {
    documentation: 'Changed settings of a connector to a SAML 2.0 identity provider. What is left out stays as it is.',
  }),
  shown: structure(
    'SamlSettings',
    {
      ...SHOWN_AS_GIVEN,
      SigningCertificates: optional(
        list('SamlSigningCertificateList', SIGNING_CERTIFICATE),
        "The provider's signing certificates, if its metadata are not fetched. An expired one still verifies.",
      ),
      EntityId: required(ENTITY_ID, 'What Rolecall is called at the provider.'),
      OwnMetadataUrl: required(URL, 'The address of our metadata, to be given to the provider.'),
      AssertionConsumerServiceUrl: required(URL, 'Where the provider sends its responses.'),
      SingleLogoutServiceUrl: required(URL, 'Where the provider sends its logout messages.'),
    },
    { documentation: 'The settings of a connector to a SAML 2.0 identity provider.' },
  ),
  harmless: new Set([
    'LoginHintParameter',
    'SignRequests',
    'RequestBinding',
    'SloUrl',
    'IdpInitiatedApp',
    'KeyRollOver',
  ]),
  removable: ['authnContexts', 'trustedFactors'],

  given(input: Input) {
    const removed = SOURCES.flatMap(([given, fields]) => (input[given] === undefined ? [] : fields));
    return {
      ...Object.fromEntries(removed.map((field) => [field, undefined])),
      ...present({
        idpEntityId: input.IdpEntityId,
        metadataUrl: input.MetadataUrl,
        metadata: input.Metadata,
        ssoUrl: input.SsoUrl,
        sloUrl: input.SloUrl,
        certificates: input.Certificates,
        entityId: input.EntityId,
        requestBinding: input.RequestBinding?.toLowerCase(),
        loginHintParameter: input.LoginHintParameter,
        signRequests: input.SignRequests,
        requireSignedAssertion: input.RequireSignedAssertion,
        requireSignedResponse: input.RequireSignedResponse,
        requireEncryption: input.RequireEncryption,
        nameIdFormat: input.NameIdFormat,
        authnContexts: input.AuthnContexts,
        subjectAttribute: input.SubjectAttribute,
        trustEmail: input.TrustEmail,
        allowIdpInitiated: input.AllowIdpInitiated,
        idpInitiatedApp: input.IdpInitiatedApp,
        trustedFactors: givenFactors(input.TrustedFactors),
      }),
    };
  },

  rollOver: ({ KeyRollOver: step }: Input) => step && ROLL_OVER_STEPS[step],

  show(settings: SamlSettings, { connector: { name }, publicUrl }: ShownWith) {
    const addresses = ownAddresses(publicUrl, name, settings.entityId);
    const certificates = certificatesIn(settings).map(({ fingerprint: Fingerprint, notAfter }) => ({
      Fingerprint,
      NotAfter: Number.isNaN(notAfter) ? undefined : new Date(notAfter),
    }));
    return {
      IdpEntityId: settings.idpEntityId,
      MetadataUrl: settings.metadataUrl,
      SsoUrl: settings.ssoUrl,
      SloUrl: settings.sloUrl,
      SigningCertificates: certificates.length === 0 ? undefined : certificates,
      EntityId: addresses.entityId,
      RequestBinding: settings.requestBinding === undefined ? undefined : BINDING_NAMES[settings.requestBinding],
      LoginHintParameter: settings.loginHintParameter,
      SignRequests: settings.signRequests,
      RequireSignedAssertion: settings.requireSignedAssertion,
      RequireSignedResponse: settings.requireSignedResponse,
      RequireEncryption: settings.requireEncryption,
      NameIdFormat: settings.nameIdFormat,
      AuthnContexts: settings.authnContexts,
      SubjectAttribute: settings.subjectAttribute,
      TrustEmail: settings.trustEmail,
      AllowIdpInitiated: settings.allowIdpInitiated,
      IdpInitiatedApp: settings.idpInitiatedApp,
      TrustedFactors: shownFactors(settings.trustedFactors),
      OwnMetadataUrl: addresses.metadata,
      AssertionConsumerServiceUrl: addresses.acs,
      SingleLogoutServiceUrl: addresses.slo,
    };
  },
} as const;

const BINDING_NAMES = { redirect: 'REDIRECT', post: 'POST' } as const;
const ROLL_OVER_STEPS = { BEGIN: 'begin', FINISH: 'finish' } as const;
