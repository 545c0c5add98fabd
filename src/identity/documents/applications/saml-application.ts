import * as z from 'zod';
import { groupValuesShape } from './group-values.ts';

/** The `Format` of a NameID, by the last part of its URN. */
export const NAME_ID_FORMATS = ['persistent', 'transient', 'emailAddress', 'unspecified'] as const;
export const ATTRIBUTE_NAME_FORMATS = ['uri', 'basic', 'unspecified'] as const;
/** SHA-1 is not offered. */
export const SAML_SIGNATURE_ALGORITHMS = ['RSA_SHA256', 'RSA_SHA384', 'RSA_SHA512'] as const;
/** How the key of an encrypted assertion is wrapped, by the names of JOSE (RFC 7518 §4.3): with SHA-1, or with SHA-256, for digest and mask. */
export const SAML_KEY_ENCRYPTIONS = ['RSA_OAEP', 'RSA_OAEP_256'] as const;
export const SAML_LOGOUT_BINDINGS = ['HTTP-Redirect', 'HTTP-POST'] as const;

/** A SAML 2.0 service provider that users sign in to. Its entity id is the application's `entityId`. */
export const samlApplicationShape = z.object({
  protocol: z.literal('SAML'),
  /** Where assertions may be sent, by the binding HTTP-POST. Never empty; exactly one is the default. */
  acs: z.array(z.object({ url: z.string(), index: z.number(), isDefault: z.boolean() })),
  logout: z
    .object({
      url: z.string(),
      /** Where answers to its requests go. Absent: to `url`. */
      responseUrl: z.string().optional(),
      binding: z.enum(SAML_LOGOUT_BINDINGS),
    })
    .optional(),
  /** Its certificates for signing, in base64 (DER). */
  certificates: z.array(z.string()),
  /** Assertions are encrypted for it if present. In base64 (DER). */
  encryptionCertificate: z.string().optional(),
  /** Absent: `RSA_OAEP`, the one that every service provider reads. */
  keyEncryption: z.enum(SAML_KEY_ENCRYPTIONS).optional(),
  /** Absent: the entity id. */
  audience: z.string().optional(),
  nameId: z.object({
    format: z.enum(NAME_ID_FORMATS),
    /** A template. Absent: pairwise if persistent, random if transient, the e-mail address, or the subject. */
    value: z.string().optional(),
  }),
  attributes: z.array(
    z.object({
      name: z.string(),
      friendlyName: z.string().optional(),
      nameFormat: z.enum(ATTRIBUTE_NAME_FORMATS),
      /** Templates (`applications/mapping/templates.ts`). Each yields a value, or several if its variable has several. */
      values: z.array(z.string()),
      /** Further values, for members of groups. */
      forGroups: z.array(groupValuesShape).optional(),
    }),
  ),
  signResponse: z.boolean(),
  signAssertion: z.boolean(),
  signatureAlgorithm: z.enum(SAML_SIGNATURE_ALGORITHMS),
  /** Whether an AuthnRequest must be signed by one of the certificates. */
  wantSignedRequests: z.boolean(),
  /** Whether it gets assertions without having asked. Absent: unless the application has a `startUrl`, where it asks for them. */
  idpInitiated: z.boolean().optional(),
  /** Which requested authentication contexts need a second factor. */
  authnContexts: z.array(z.object({ classRef: z.string(), needsMfa: z.boolean() })),
  /** Where its certificates are read again from, for applications that the API manages. */
  metadata: z
    .object({
      url: z.string(),
      /** In base64 (DER): its key must sign them. Absent: they need not be signed. */
      signedBy: z.string().optional(),
      /** Ms since the epoch. */
      readAt: z.number(),
    })
    .optional(),
  /** `SessionNotOnOrAfter`, in seconds after the sign-in. Absent: none. */
  sessionSeconds: z.number().optional(),
  /** The age of a sign-in, in seconds, after which the person has to sign in again. Absent: none. */
  maxSignInAge: z.number().optional(),
});
export type SamlApplicationSettings = z.infer<typeof samlApplicationShape>;
