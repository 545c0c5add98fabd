import * as z from 'zod';
import { compileLoginCondition } from '../provisioning/login-condition.ts';
import { OIDC_PRESETS, type OidcPreset, type PresetName } from './presets.ts';

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;
const presetNames = Object.keys(OIDC_PRESETS) as [PresetName, ...PresetName[]];
const METHODS = ['client_secret_basic', 'client_secret_post', 'none'] as const;
const claims = () => z.array(z.string('must be a text').min(1, 'must not be empty'), 'must be a list');

const groupRuleShape = z.strictObject({
  value: z.string().min(1).describe('A value of the claim.'),
  group: z.string().min(1).max(128).describe('The IAM group that it gives.'),
});

const rulesShape = z.strictObject({
  condition: z
    .record(z.string(), z.unknown(), 'must be an object, as in a policy')
    .superRefine((condition, context) => {
      try {
        compileLoginCondition(JSON.stringify(condition));
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
      }
    })
    .optional()
    .describe(
      'Who may sign in: the `Condition` of a policy, over the keys `login:<claim>`, `login:subject` and `login:connector`. Default: everyone whom the provider knows.',
    ),
  userName: claims()
    .optional()
    .describe(
      'Claims that may name the user; the first with a value is used. Default: that of the preset. Then the part of the e-mail address before the @.',
    ),
  displayName: claims().optional().describe('Claims that may hold the display name. Default: `name`.'),
  email: claims().optional().describe('Claims that may hold the e-mail address. Default: `email`.'),
  groups: z
    .strictObject({
      claim: z
        .string()
        .min(1)
        .optional()
        .describe('The claim that lists the person’s groups, such as `realm_access.roles`. Default: by preset.'),
      map: z
        .array(groupRuleShape, 'must be a list')
        .default([])
        .describe('Which value gives which IAM group: `{"value": "…", "group": "…"}`. Other values give none.'),
      always: z.array(z.string().min(1).max(128), 'must be a list').default([]).describe('IAM groups for everyone.'),
    })
    .prefault({}),
});

const fieldsShape = z.strictObject({
  name: z
    .string('is needed, and must be a text')
    .regex(NAME, 'must be 1 to 63 lower-case letters, digits and hyphens')
    .describe(
      'The name: 1 to 63 lower-case letters, digits and hyphens. The redirect URI is `<public URL>/federation/<name>/callback`.',
    ),
  accountId: z
    .string()
    .regex(/^\d{12}$/, 'must have 12 digits')
    .optional()
    .describe('The account whose users sign in. Default: the first account.'),
  kind: z.literal('oidc', 'must be oidc').default('oidc').describe('The kind of connector: `oidc`.'),
  preset: z
    .enum(presetNames, `must be one of ${presetNames.join(', ')}`)
    .default('oidc')
    .describe(`The provider, which supplies defaults: ${presetNames.map((name) => `\`${name}\``).join(', ')}.`),
  displayName: z.string().min(1).max(64).optional().describe('What the button says. Default: by preset.'),
  issuer: z
    .string()
    .regex(/^https?:\/\/[^/?#@\s{}]+(?:\/[^?#\s{}]*)?$/, 'must be the URL of an issuer, without placeholders')
    .optional()
    .describe('The provider’s issuer, exactly as it names itself. Default: by preset.'),
  clientId: z.string('is needed, and must be a text').min(1).max(255).describe('The client id given by the provider.'),
  clientSecret: z.string().min(1, 'must not be empty').optional().describe('The client secret given by the provider.'),
  clientSecretFile: z.string().min(1).optional().describe('A file with the client secret, instead of `clientSecret`.'),
  clientAuthentication: z
    .enum(METHODS, `must be one of ${METHODS.join(', ')}`)
    .optional()
    .describe(`How the secret is sent: ${METHODS.map((method) => `\`${method}\``).join(', ')}. Default: by preset.`),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be a scope'), 'must be a list')
    .optional()
    .describe('The scopes to ask for; `openid` is always one of them. Default: by preset.'),
  subjectClaim: z.string().min(1).optional().describe('The claim that identifies a person. Default: by preset.'),
  userinfo: z.boolean().optional().describe('Whether to read the userinfo endpoint too. Default: by preset.'),
  hostedDomains: z
    .array(z.string().toLowerCase().regex(DOMAIN, 'must be a domain such as example.com'), 'must be a list')
    .min(1, 'must name a domain, or be left out')
    .optional()
    .describe('Google Workspace domains whose people may sign in (claim `hd`). Required by the preset `google`.'),
  domains: z
    .array(z.string().toLowerCase().regex(DOMAIN, 'must be a domain such as example.com'), 'must be a list')
    .default([])
    .describe('E-mail domains whose people are sent to this provider when they type their address.'),
  hasButton: z.boolean().default(true).describe('Whether the sign-in page shows a button for it.'),
  enabled: z.boolean().default(true).describe('Whether people may sign in through it.'),
  rules: rulesShape.prefault({}),
});

type ConnectorFields = z.output<typeof fieldsShape>;
export type GivenConnector = Omit<ConnectorFields, 'accountId' | 'clientSecretFile'>;

const connectorShape = fieldsShape.superRefine((connector, context) => {
  addProblems(context, [...problemsOf(connector), ...fileSecretProblems(connector)]);
});
export type ConnectorSettings = z.output<typeof connectorShape>;

/** A connector as the API gives it: the same settings, but nothing that names a file or an account. */
export const givenConnectorShape = fieldsShape
  .omit({ accountId: true, clientSecretFile: true })
  .superRefine((connector, context) => {
    const secret = secretProblem(connector, connector.clientSecret !== undefined, 'is needed');
    addProblems(context, [...problemsOf(connector), ...secret]);
  });

type Problem = readonly [field: string, message: string];

function addProblems(context: z.RefinementCtx, problems: readonly Problem[]): void {
  for (const [field, message] of problems) context.addIssue({ code: 'custom', message, path: [field] });
}

/** Google issues tokens for every Google account, so a connector without a domain would accept all of them. */
function problemsOf({ preset, issuer, hostedDomains }: GivenConnector): readonly Problem[] {
  const row: OidcPreset = OIDC_PRESETS[preset];
  const problems: Problem[] = [];
  if (issuer === undefined && row.issuer === undefined) {
    problems.push(['issuer', `is needed${row.issuerExample === undefined ? '' : `, such as ${row.issuerExample}`}`]);
  }
  if (preset === 'google' && hostedDomains === undefined) {
    problems.push(['hostedDomains', 'is needed: name the domains of your Google Workspace']);
  }
  return problems;
}

function secretProblem(
  { preset, clientAuthentication }: Pick<GivenConnector, 'preset' | 'clientAuthentication'>,
  hasSecret: boolean,
  needed: string,
): readonly Problem[] {
  const row: OidcPreset = OIDC_PRESETS[preset];
  const needsSecret = (clientAuthentication ?? row.clientAuthentication) !== 'none';
  if (needsSecret === hasSecret) return [];
  return [['clientSecret', needsSecret ? needed : 'has no use with clientAuthentication none']];
}

function fileSecretProblems(connector: ConnectorFields): readonly Problem[] {
  const { clientSecret, clientSecretFile } = connector;
  const hasSecret = clientSecret !== undefined || clientSecretFile !== undefined;
  const problems = secretProblem(connector, hasSecret, 'or clientSecretFile is needed');
  if (clientSecret === undefined || clientSecretFile === undefined) return problems;
  return [...problems, ['clientSecretFile', 'cannot be combined with clientSecret']];
}

/** The connectors of the configuration file. Names are there once, and so are domains. */
export const connectorListShape = z.array(connectorShape, 'must be a list').superRefine((list, context) => {
  const refuseRepeats = (field: 'name' | 'domains'): void => {
    const seen = new Set<string>();
    for (const [index, connector] of list.entries()) {
      for (const value of [connector[field]].flat()) {
        if (seen.has(value)) {
          context.addIssue({ code: 'custom', message: `${value} is listed twice`, path: [index, field] });
        }
        seen.add(value);
      }
    }
  };
  refuseRepeats('name');
  refuseRepeats('domains');
});
