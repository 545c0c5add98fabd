import { CONTENT_ENCRYPTION, KEY_ENCRYPTION, SIGNING } from '../../../identity/applications/oidc/client-algorithms.ts';
import { type Members, type StructureOf, shape } from '../../shapes/shape.ts';

const { enumeration, optional, structure } = shape;

export const SIGNING_ALGORITHM = enumeration('ClientSigningAlgorithm', SIGNING, {
  documentation: 'What signs JWTs.',
});
const ENCRYPTION = {
  KeyAlgorithm: optional(
    enumeration('ClientKeyAlgorithm', KEY_ENCRYPTION, {
      documentation: 'How the key of a JWT’s content is encrypted.',
    }),
    'How the key of the content is encrypted (RFC 7518 §4.1). Without it, nothing is encrypted.',
  ),
  ContentAlgorithm: optional(
    enumeration('ClientContentAlgorithm', CONTENT_ENCRYPTION, {
      documentation: 'How the content of a JWT is encrypted.',
    }),
    'How the content is encrypted (RFC 7518 §5.1). Default: `A128CBC-HS256`.',
  ),
};
const SIGNED_AND_ENCRYPTED = {
  SigningAlgorithm: optional(SIGNING_ALGORITHM, 'What signs it.'),
  ...ENCRYPTION,
};
const JWT = structure('ClientJwt', SIGNED_AND_ENCRYPTED, { documentation: 'How a JWT is signed and encrypted.' });

/** How JWTs between a client and the server are protected. Each member is replaced as a whole; an empty one removes it. */
export const JWT_MEMBERS = {
  IdTokenEncryption: optional(
    structure('ClientEncryption', ENCRYPTION, { documentation: 'How a JWT is encrypted.' }),
    'How its ID tokens are encrypted. Default: not at all.',
  ),
  UserInfoResponse: optional(JWT, 'How answers of the user info endpoint are protected. Default: they are JSON.'),
  AuthorizationResponse: optional(
    JWT,
    'How authorization responses with a `response_mode` of JARM are protected. Default: signed with `RS256`.',
  ),
  IntrospectionResponse: optional(
    JWT,
    'How introspection answers are protected if it asks for a JWT (RFC 9701). Default: signed with `RS256`.',
  ),
  RequestObject: optional(
    JWT,
    'How it protects request objects (RFC 9101). Default: signed with any of its keys; encryption is up to it.',
  ),
  BackchannelRequest: optional(
    structure(
      'ClientSignature',
      { SigningAlgorithm: SIGNED_AND_ENCRYPTED.SigningAlgorithm },
      {
        documentation: 'How a JWT is signed.',
      },
    ),
    'How it signs its requests to people (`CIBA`), which must then be signed. Default: unsigned ones are accepted.',
  ),
} satisfies Members;
export type GivenJwts = StructureOf<typeof JWT_MEMBERS>;

type Protection = StructureOf<typeof SIGNED_AND_ENCRYPTED>;

const NAMES: Readonly<Record<keyof GivenJwts, Partial<Record<keyof Protection, string>>>> = {
  IdTokenEncryption: {
    KeyAlgorithm: 'id_token_encrypted_response_alg',
    ContentAlgorithm: 'id_token_encrypted_response_enc',
  },
  UserInfoResponse: namesOf('userinfo'),
  AuthorizationResponse: namesOf('authorization'),
  IntrospectionResponse: namesOf('introspection'),
  RequestObject: {
    SigningAlgorithm: 'request_object_signing_alg',
    KeyAlgorithm: 'request_object_encryption_alg',
    ContentAlgorithm: 'request_object_encryption_enc',
  },
  BackchannelRequest: { SigningAlgorithm: 'backchannel_authentication_request_signing_alg' },
};

function namesOf(answer: string): Record<keyof Protection, string> {
  return {
    SigningAlgorithm: `${answer}_signed_response_alg`,
    KeyAlgorithm: `${answer}_encrypted_response_alg`,
    ContentAlgorithm: `${answer}_encrypted_response_enc`,
  };
}

const ENTRIES = Object.entries(NAMES).flatMap(([member, parts]) =>
  Object.entries(parts).map(([part, name]) => ({
    member: member as keyof GivenJwts,
    part: part as keyof Protection,
    name,
  })),
);

/** The members as metadata of a client. `undefined` removes one. */
export function jwtMetadataOf(given: GivenJwts): Readonly<Record<string, unknown>> {
  const entries = ENTRIES.filter(({ member }) => given[member] !== undefined);
  return Object.fromEntries(entries.map(({ member, part, name }) => [name, (given[member] as Protection)[part]]));
}

/** The metadata as members. */
export function shownJwts(metadata: Readonly<Record<string, unknown>>): GivenJwts {
  const shown: Partial<Record<keyof GivenJwts, Record<string, unknown>>> = {};
  for (const { member, part, name } of ENTRIES) {
    if (metadata[name] === undefined) continue;
    shown[member] ??= {};
    shown[member][part] = metadata[name];
  }
  return shown as GivenJwts;
}

/** The member that a part of a client's metadata belongs to, as it is called here. */
export function jwtMemberOf(name: string): string | undefined {
  const entry = ENTRIES.find((each) => each.name === name);
  return entry && `${entry.member}.${entry.part}`;
}
