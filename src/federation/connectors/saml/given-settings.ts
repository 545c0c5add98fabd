import * as z from 'zod';
import { factorValues, trustedFactorsField } from '../../provisioning/trusted-factors.ts';
import { SamlFault } from '../../saml/fault.ts';
import { readCertificate, readIdentityProvider } from '../../saml/read-metadata.ts';
import type { Problem } from '../connector-kind.ts';

const entityId = () =>
  z.string().regex(/^\S{1,1024}$/, 'must be an entity id: 1 to 1024 characters without white space');
const url = () => z.url({ protocol: /^https?$/, message: 'must be an https URL' });
const texts = () => z.array(z.string().min(1, 'must not be empty'), 'must be a list').min(1, 'must not be empty');
const BINDING_NAMES = ['redirect', 'post'] as const;

/** The settings of a SAML identity provider in the configuration file. */
export const samlFields = {
  kind: z.literal('saml').describe('The kind of connector: `saml`.'),
  metadataUrl: url()
    .optional()
    .describe(
      'Where the provider publishes its metadata. They are read again every hour, and at once if it signs with an unknown key. Needs `idpEntityId`.',
    ),
  metadataFile: z.string().min(1).optional().describe('A file with the provider’s metadata, instead of `metadataUrl`.'),
  metadata: z
    .string()
    .min(1)
    .max(256 * 1024, 'must have at most 256 KiB')
    .optional()
    .describe('The provider’s metadata themselves, instead of `metadataUrl`.'),
  idpEntityId: entityId()
    .optional()
    .describe(
      'The provider’s entity id, exactly as it names itself. Not needed with metadata that describe one provider.',
    ),
  ssoUrl: url().optional().describe('Without metadata: where requests go.'),
  sloUrl: url().optional().describe('Without metadata: where logout messages go, if the provider takes any.'),
  certificates: texts()
    .optional()
    .describe('Without metadata: the provider’s signing certificates, in PEM. Several during a roll-over.'),
  entityId: entityId()
    .optional()
    .describe('What Rolecall is called at the provider. Default: `<public URL>/saml/<name>/metadata`.'),
  requestBinding: z
    .enum(BINDING_NAMES, `must be one of ${BINDING_NAMES.join(', ')}`)
    .optional()
    .describe('How requests are sent: `redirect` or `post`. Default: `redirect`, if the provider takes that.'),
  loginHintParameter: z
    .string()
    .regex(/^[A-Za-z_]{1,64}$/, 'must be the name of a parameter')
    .optional()
    .describe(
      'The parameter beside a request in which the provider takes the name that the person gave: `login_hint` for Entra ID. Default: the name is not sent.',
    ),
  signRequests: z.boolean().default(true).describe('Whether requests are signed. Logout messages always are.'),
  requireSignedAssertion: z
    .boolean()
    .default(false)
    .describe('Whether the assertion itself must be signed. Default: the response’s signature around it is enough.'),
  requireSignedResponse: z.boolean().default(false).describe('Whether the response itself must be signed.'),
  requireEncryption: z.boolean().default(false).describe('Whether an assertion that is not encrypted is refused.'),
  nameIdFormat: z.string().min(1).optional().describe('The NameID format to ask for, as a URN. Default: none.'),
  authnContexts: texts()
    .optional()
    .describe(
      'The authentication context classes to ask for, of which one must come back, such as `https://refeds.org/profile/mfa`. Default: none.',
    ),
  subjectAttribute: z
    .string()
    .min(1)
    .optional()
    .describe('The attribute that identifies a person for good. Default: the NameID, which must not be transient.'),
  trustEmail: z
    .boolean()
    .default(false)
    .describe('Whether the provider vouches for e-mail addresses: without it, none is copied.'),
  allowIdpInitiated: z
    .boolean()
    .default(false)
    .describe('Whether people may begin at the provider’s portal, without a request of ours.'),
  idpInitiatedApp: z
    .string()
    .min(1)
    .optional()
    .describe('The client id of the app to which they come then. Default: the account page.'),
  trustedFactors: trustedFactorsField({
    acr: factorValues().describe(
      'Authentication context classes that count, such as `https://refeds.org/profile/mfa`.',
    ),
    phishingResistant: factorValues().describe(
      'Those that also stand for a factor that cannot be phished, such as `phr`.',
    ),
  }).describe('Which logins count as the second factor, by values in the assertion. Default: none.'),
};
export type GivenSaml = z.output<z.ZodObject<typeof samlFields>>;

/** Where the settings say who the provider is: in exactly one of these ways. */
const SOURCES = ['metadataUrl', 'metadataFile', 'metadata', 'ssoUrl'] as const;

export function samlProblems(given: GivenSaml): readonly Problem[] {
  const problems: Problem[] = [];
  const [source, second] = SOURCES.filter((name) => given[name] !== undefined);
  if (source === undefined) problems.push(['metadataUrl', 'or metadata is needed, or ssoUrl with certificates']);
  if (second !== undefined) problems.push([second, `cannot be combined with ${source}`]);
  const needs = (field: 'idpEntityId' | 'certificates'): void => {
    if (given[field] === undefined) problems.push([field, `is needed with ${source}`]);
  };
  if (source === 'metadataUrl' || source === 'ssoUrl') needs('idpEntityId');
  if (source === 'ssoUrl') needs('certificates');
  else {
    for (const field of ['certificates', 'sloUrl'] as const) {
      if (given[field] !== undefined) problems.push([field, 'can only be combined with ssoUrl']);
    }
  }
  for (const certificate of given.certificates ?? []) {
    const fault = faultOf(() => certificateOf(certificate));
    if (fault !== undefined) problems.push(['certificates', fault]);
  }
  if (given.metadata !== undefined) {
    const fault = metadataFault(given.metadata, given.idpEntityId);
    if (fault !== undefined) problems.push(['metadata', fault]);
  }
  if (given.idpInitiatedApp !== undefined && !given.allowIdpInitiated) {
    problems.push(['idpInitiatedApp', 'has no use without allowIdpInitiated']);
  }
  return problems;
}

/** What is wrong with metadata, if anything is. */
export function metadataFault(text: string, idpEntityId: string | undefined): string | undefined {
  return faultOf(() => readIdentityProvider(text, idpEntityId));
}

/** A certificate in PEM or plain base64, as DER in base64. @throws {SamlFault} */
export function certificateOf(text: string): string {
  return readCertificate(text.replace(/-----(?:BEGIN|END) CERTIFICATE-----/g, ''));
}

function faultOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof SamlFault) return error.message;
    throw error;
  }
}
