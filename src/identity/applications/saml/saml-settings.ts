import * as z from 'zod';
import {
  NAME_ID_FORMATS,
  SAML_KEY_ENCRYPTIONS,
  SAML_LOGOUT_BINDINGS,
  SAML_SIGNATURE_ALGORITHMS,
} from '../../documents/applications/saml-application.ts';
import { iconShape } from '../../rules/icon.ts';
import { postAddress } from '../../rules/post-address.ts';
import { line, template } from '../mapping/mapping-settings.ts';
import { BUILT_IN_CLIENTS } from '../oidc/built-in-clients.ts';
import { LONGEST_SIGN_IN_AGE } from '../oidc/client-shape.ts';
import { attributeShape } from './attribute-settings.ts';
import { readSpCertificate, type SpKeyUse } from './certificate.ts';
import { chosenNameProblem } from './chosen-names.ts';
import { sharedNameProblem } from './shared-names.ts';

/** REFEDS MFA Profile 1.2. */
const MFA_PROFILE = 'https://refeds.org/profile/mfa';
const LONGEST_SESSION = 24 * 3600;

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, `must be one of ${values.join(', ')}`);
const flag = () => z.boolean('must be true or false');
const entityId = () =>
  z
    .string('is needed, and must be a text')
    .regex(/^[^\s\p{Cc}]{1,1024}$/u, 'must be 1 to 1024 characters without white space');
const certificate = (use: SpKeyUse) =>
  z
    .string('must be a text')
    .min(1, 'must not be empty')
    .transform((value, context) => {
      try {
        return readSpCertificate(value, use);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    });

const acsShape = z.strictObject({
  url: postAddress().describe('The URL.'),
  index: z
    .int('must be a whole number')
    .min(0, 'must be 0 or more')
    .max(65_535, 'must be at most 65535')
    .optional()
    .describe('Its index in the metadata of the service provider. Default: its position, from 0.'),
  isDefault: flag().optional().describe('Whether it is used if a request names none. Default: the first one is.'),
});

/** What describes a service provider, in the configuration file and in the API alike. */
const samlFields = {
  entityId: entityId().describe('The entity id of the service provider.'),
  acs: z
    .array(acsShape, 'is needed, and must be a list')
    .min(1, 'must not be empty')
    .max(50, 'must have at most 50 addresses')
    .describe('Where assertions may be sent (AssertionConsumerService, HTTP-POST).'),
  logout: z
    .strictObject({
      url: postAddress().describe('The URL.'),
      responseUrl: postAddress().optional().describe('Where answers to its requests go. Default: to `url`.'),
      binding: oneOf(SAML_LOGOUT_BINDINGS).default('HTTP-Redirect').describe('`HTTP-Redirect` or `HTTP-POST`.'),
    })
    .optional()
    .describe('Where it takes logout messages.'),
  certificates: z
    .array(certificate('signing'), 'must be a list')
    .max(5, 'must have at most 5 certificates')
    .default([])
    .describe('Its certificates for signing (RSA or EC), in PEM. Several during a roll-over.'),
  encryptionCertificate: certificate('encryption')
    .optional()
    .describe('Its certificate for encryption (RSA), in PEM. Assertions are encrypted if it is set.'),
  keyEncryption: oneOf(SAML_KEY_ENCRYPTIONS)
    .optional()
    .describe(
      'How the key of an encrypted assertion is encrypted: `RSA_OAEP` (with SHA-1, as most service providers need it) or `RSA_OAEP_256` (with SHA-256). Default: `RSA_OAEP`.',
    ),
  audience: entityId().optional().describe('The audience of assertions. Default: the entity id.'),
  nameId: z
    .strictObject({
      format: oneOf(NAME_ID_FORMATS)
        .default('persistent')
        .describe('The format: `persistent`, `transient`, `emailAddress` or `unspecified`.'),
      value: template()
        .optional()
        .describe('A text with variables. Default: an identifier for this application alone, or the e-mail address.'),
    })
    .prefault({}),
  attributes: z
    .array(attributeShape, 'must be a list')
    .max(100, 'must have at most 100 attributes')
    .default([])
    .describe('The attributes of assertions.'),
  signResponse: flag().default(false).describe('Whether the response is signed as a whole.'),
  signAssertion: flag().default(true).describe('Whether the assertion is signed.'),
  signatureAlgorithm: oneOf(SAML_SIGNATURE_ALGORITHMS)
    .default('RSA_SHA256')
    .describe('The algorithm of signatures: `RSA_SHA256`, `RSA_SHA384` or `RSA_SHA512`.'),
  wantSignedRequests: flag().default(false).describe('Whether its requests must be signed by one of `certificates`.'),
  idpInitiated: flag()
    .optional()
    .describe(
      'Whether people may start here, so that it gets assertions that it did not request. Default: yes, unless it has a `startUrl`.',
    ),
  authnContexts: z
    .array(
      z.strictObject({
        classRef: line(512).describe('The class, as a URI.'),
        needsMfa: flag().describe('Whether it needs a second factor.'),
      }),
      'must be a list',
    )
    .max(50, 'must have at most 50 classes')
    .default([])
    .describe('Authentication context classes that it requests, in addition to the known ones.'),
  sessionSeconds: z
    .int('must be a whole number of seconds')
    .min(60, 'must be at least 60 seconds')
    .max(LONGEST_SESSION, `must be at most ${LONGEST_SESSION} seconds`)
    .optional()
    .describe('How long its session may last, in seconds (`SessionNotOnOrAfter`). Default: it decides.'),
  maxSignInAge: z
    .int('must be a whole number of seconds')
    .min(60, 'must be at least 60 seconds')
    .max(LONGEST_SIGN_IN_AGE, `must be at most ${LONGEST_SIGN_IN_AGE} seconds`)
    .optional()
    .describe('The age of a sign-in, in seconds, after which the person has to sign in again. Default: none.'),
};
export type GivenSaml = z.output<z.ZodObject<typeof samlFields>>;

type Problem = readonly [path: readonly (string | number)[], message: string];

function samlProblems(given: GivenSaml): readonly Problem[] {
  const { acs, certificates, nameId, signResponse, signAssertion, wantSignedRequests, authnContexts } = given;
  const problems: Problem[] = [];
  const chosen = chosenNameProblem(nameId);
  if (chosen !== undefined) problems.push([['nameId', 'value'], chosen]);
  if (acs.filter(({ isDefault }) => isDefault === true).length > 1) problems.push([['acs'], 'must have one default']);
  const indexes = acs.map(({ index }, position) => index ?? position);
  for (const [position, index] of indexes.entries()) {
    if (indexes.indexOf(index) < position) problems.push([['acs', position, 'index'], `is there twice (${index})`]);
  }
  if (!signResponse && !signAssertion) {
    problems.push([['signAssertion'], 'must be true unless signResponse is: nothing would be signed']);
  }
  if (wantSignedRequests && certificates.length === 0) {
    problems.push([['certificates'], 'must hold a certificate, as wantSignedRequests is true']);
  }
  for (const [position, { classRef, needsMfa }] of authnContexts.entries()) {
    if (classRef === MFA_PROFILE && !needsMfa) {
      problems.push([['authnContexts', position, 'needsMfa'], 'must be true: the class means a second factor']);
    }
  }
  return problems;
}

function refuseProblems(given: GivenSaml, context: z.RefinementCtx): void {
  for (const [path, message] of samlProblems(given)) {
    context.addIssue({ code: 'custom', message, path: [...path] });
  }
}

/** A service provider as the API gives it. */
export const samlFieldsShape = z.strictObject(samlFields).superRefine(refuseProblems);

const samlApplicationShape = z
  .strictObject({
    id: z
      .string('is needed, and must be a text')
      .regex(
        /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/,
        'must be 1 to 128 letters, digits, dots, underscores and hyphens',
      )
      .refine((id) => !BUILT_IN_CLIENTS.has(id), 'is the name of a client of the server itself: choose another')
      .describe(
        'The id, part of its ARN and of the URL `/saml/idp/<account>/start/<id>`. No two applications may have the same.',
      ),
    accountId: z
      .string('must be a text')
      .regex(/^\d{12}$/, 'must have 12 digits')
      .optional()
      .describe('The account that it belongs to. Default: the first account.'),
    displayName: line(128).optional().describe('The name that people see. Default: the id.'),
    icon: iconShape.optional().describe('A PNG, WebP or SVG image as a `data:` URL in base64. Default: none.'),
    openTo: oneOf(['account', 'everyone', 'assigned'])
      .default('account')
      .describe('Whose users may sign in: of its own account, of every account, or only those that are assigned.'),
    startUrl: postAddress()
      .optional()
      .describe('Where people start, if the service provider begins sign-ins. Default: they start here.'),
    ...samlFields,
  })
  .superRefine((given, context) => {
    refuseProblems(given, context);
    const message = sharedNameProblem(given.openTo, given.nameId);
    if (message !== undefined) context.addIssue({ code: 'custom', message, path: ['nameId'] });
  });
export type GivenSamlApplication = z.output<typeof samlApplicationShape>;

/** The SAML applications of the configuration file. Each id, and each entity id of an account, may occur once. */
export const samlApplicationListShape = z.array(samlApplicationShape, 'must be a list').superRefine((list, context) => {
  for (const [field, keyOf] of [
    ['id', ({ id }: GivenSamlApplication) => id],
    ['entityId', ({ accountId, entityId: entity }: GivenSamlApplication) => `${accountId ?? ''} ${entity}`],
  ] as const) {
    const seen = new Set<string>();
    for (const [index, each] of list.entries()) {
      const key = keyOf(each);
      if (seen.has(key)) context.addIssue({ code: 'custom', message: 'is listed twice', path: [index, field] });
      seen.add(key);
    }
  }
});
