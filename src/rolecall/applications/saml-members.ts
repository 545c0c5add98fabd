import {
  ATTRIBUTE_NAME_FORMATS,
  NAME_ID_FORMATS,
  SAML_KEY_ENCRYPTIONS,
  SAML_LOGOUT_BINDINGS,
  SAML_SIGNATURE_ALGORITHMS,
  type SamlApplicationSettings,
} from '../../identity/documents/applications/saml-application.ts';
import { type Members, type StructureOf, shape } from '../shapes/shape.ts';
import { FOR_GROUPS, TEMPLATE, TEMPLATES } from './mapping-members.ts';
import { METADATA_INPUT, METADATA_URL } from './metadata-members.ts';
import { PRESET_INPUT } from './preset-members.ts';

const { boolean, enumeration, integer, list, optional, required, structure, text } = shape;

const ENTITY_ID = text('ServiceProviderEntityId', { length: [1, 1024], audited: true });
const URL = text('ServiceProviderUrl', { length: [1, 2048], audited: true });
const FLAG = boolean('ServiceProviderFlag');
const CERTIFICATE = text('ServiceProviderCertificate', { length: [0, 16_384] });

const SETTINGS = {
  Acs: optional(
    list(
      'AcsList',
      structure('Acs', {
        Url: required(URL, 'The URL.'),
        Index: optional(integer('AcsIndex', { range: [0, 65_535] }), 'Its index. Default: its position, from 0.'),
        IsDefault: optional(FLAG, 'Whether it is used if a request names none. Default: the first one is.'),
      }),
      { length: [1, 50] },
    ),
    'Where assertions may be sent (AssertionConsumerService, HTTP-POST).',
  ),
  Logout: optional(
    structure('LogoutService', {
      Url: required(URL, 'The URL.'),
      ResponseUrl: optional(URL, 'Where answers to its requests go. Default: to `Url`.'),
      Binding: optional(
        enumeration('LogoutBinding', SAML_LOGOUT_BINDINGS, { documentation: 'How logout messages are sent.' }),
        'How they are sent. Default: `HTTP-Redirect`.',
      ),
    }),
    'Where it takes logout messages.',
  ),
  Certificates: optional(
    list('ServiceProviderCertificateList', CERTIFICATE, { length: [0, 5] }),
    'Its certificates for signing (RSA or EC), in PEM. Several during a roll-over.',
  ),
  EncryptionCertificate: optional(
    CERTIFICATE,
    'Its certificate for encryption (RSA), in PEM. Assertions are encrypted if it is set.',
  ),
  KeyEncryption: optional(
    enumeration('SamlKeyEncryption', SAML_KEY_ENCRYPTIONS, {
      documentation: 'How the key of an encrypted assertion is encrypted: by RSA-OAEP with SHA-1, or with SHA-256.',
    }),
    'How the key of an encrypted assertion is encrypted. Default: `RSA_OAEP`.',
  ),
  Audience: optional(
    text('ServiceProviderAudience', { length: [0, 1024], audited: true }),
    'The audience of assertions. Default: the entity id.',
  ),
  NameId: optional(
    structure('NameId', {
      Format: optional(
        enumeration('NameIdFormat', NAME_ID_FORMATS, { documentation: 'The last part of the format’s URN.' }),
        'The format. Default: `persistent`.',
      ),
      Value: optional(TEMPLATE, 'A text with variables. Default: an identifier for this application alone.'),
    }),
    'How assertions name people.',
  ),
  Attributes: optional(
    list(
      'AttributeList',
      structure('MappedAttribute', {
        Name: required(text('AttributeName', { length: [1, 512], audited: true }), 'The name.'),
        FriendlyName: optional(
          text('AttributeFriendlyName', { length: [1, 128], audited: true }),
          'The friendly name.',
        ),
        NameFormat: optional(
          enumeration('AttributeNameFormat', ATTRIBUTE_NAME_FORMATS, { documentation: 'The format of a name.' }),
          'The format of the name. Default: `uri` if the name has a colon, else `basic`.',
        ),
        Values: optional(TEMPLATES, 'The values: texts with variables (docs/applications.md lists them).'),
        ForGroups: optional(FOR_GROUPS, 'Further values, which only the members of a group get.'),
      }),
      { length: [0, 100] },
    ),
    'The attributes of assertions.',
  ),
  SignResponse: optional(FLAG, 'Whether the response is signed as a whole. Default: no.'),
  SignAssertion: optional(FLAG, 'Whether the assertion is signed. Default: yes.'),
  SignatureAlgorithm: optional(
    enumeration('SamlSignatureAlgorithm', SAML_SIGNATURE_ALGORITHMS, { documentation: 'What signs assertions.' }),
    'The algorithm of signatures. Default: `RSA_SHA256`.',
  ),
  WantSignedRequests: optional(FLAG, 'Whether its requests must be signed by one of `Certificates`. Default: no.'),
  IdpInitiated: optional(
    FLAG,
    'Whether people may start here, so that it gets assertions that it did not request. Default: yes, unless it has a `StartUrl`.',
  ),
  AuthnContexts: optional(
    list(
      'AuthnContextList',
      structure('AuthnContext', {
        ClassRef: required(text('AuthnContextClassRef', { length: [1, 512], audited: true }), 'The class, as a URI.'),
        NeedsMfa: required(FLAG, 'Whether it needs a second factor.'),
      }),
      { length: [0, 50] },
    ),
    'Authentication context classes that it requests, in addition to the known ones.',
  ),
  SessionSeconds: optional(
    integer('SamlSessionSeconds', { range: [60, 86_400] }),
    'How long its session may last, in seconds. Default: it decides.',
  ),
  MaxSignInAge: optional(
    integer('SamlMaxSignInAge', { range: [0, 2_592_000] }),
    'The age of a sign-in, in seconds (60 or more), after which the person has to sign in again. 0: none (the default).',
  ),
} satisfies Members;
const INPUT = { EntityId: optional(ENTITY_ID, 'The entity id of the service provider.'), ...SETTINGS };
type Given = StructureOf<typeof INPUT>;
/** Members that are only given, and give others. */
const SOURCES: ReadonlySet<string> = new Set(Object.keys({ ...PRESET_INPUT, ...METADATA_INPUT }));

export const SAML_INPUT = structure(
  'SamlApplicationSettings',
  { ...INPUT, ...PRESET_INPUT, ...METADATA_INPUT },
  {
    documentation: 'The settings of a SAML 2.0 service provider.',
  },
);
export const SAML_SHOWN = structure(
  'SamlApplication',
  {
    EntityId: required(ENTITY_ID, 'The entity id of the service provider.'),
    ...SETTINGS,
    MetadataUrl: optional(METADATA_URL, 'Where its certificates are read again from; absent if they are not.'),
    MetadataReadAt: optional(shape.timestamp('MetadataReadAt'), 'When they were last read from there.'),
  },
  { documentation: 'A SAML 2.0 service provider.' },
);

/** Whether a value removes its setting: an empty text does, and a limit of 0. */
const isRemoval = (name: string, value: unknown): boolean => value === '' || (name === 'MaxSignInAge' && value === 0);

/** The settings that were given, named as in the configuration file. `undefined` removes one. */
export function samlSettingsOf(given: Given): Readonly<Record<string, unknown>> {
  const entries = Object.entries(given).filter(([name, value]) => value !== undefined && !SOURCES.has(name));
  return Object.fromEntries(
    entries.map(([name, value]) => [
      renamed(name, 'lower'),
      isRemoval(name, value) ? undefined : withNames(value, 'lower'),
    ]),
  );
}

/** The settings of a service provider, as the API shows them. */
export function shownSaml(entityId: string, { protocol: _protocol, metadata, ...settings }: SamlApplicationSettings) {
  return {
    EntityId: entityId,
    ...(withNames(settings, 'upper') as Omit<Given, 'EntityId'>),
    ...(metadata !== undefined && { MetadataUrl: metadata.url, MetadataReadAt: new Date(metadata.readAt) }),
  };
}

/** A problem with a setting, with the names of the API. */
export function shownSamlProblem(path: readonly PropertyKey[], message: string): string {
  const steps = path.map((step) => (typeof step === 'string' ? renamed(step, 'upper') : String(step)));
  return `${['Saml', ...steps].join('.')}: ${message}`;
}

/** The members of the API have the names of the configuration file, with a capital letter. */
function withNames(value: unknown, to: 'upper' | 'lower'): unknown {
  if (Array.isArray(value)) return value.map((each) => withNames(each, to));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([name, each]) => [renamed(name, to), withNames(each, to)]));
}

function renamed(name: string, to: 'upper' | 'lower'): string {
  const first = name.charAt(0);
  return `${to === 'upper' ? first.toUpperCase() : first.toLowerCase()}${name.slice(1)}`;
}
