import type { PolicyCondition, PolicyDocument, PolicyStatement, PrincipalEntry } from '../document/policy-document.ts';
import { findOperator } from '../evaluate/operator-table.ts';
import { matchesGlob } from '../match/glob.ts';
import type { Refuse } from './malformed-policy.ts';

/** The actions that tokens of OIDC providers are for. */
const TOKEN_ACTIONS = ['sts:assumerolewithwebidentity', 'sts:assumerolewithclientgrants'];
const COGNITO = 'cognito-identity.amazonaws.com';

/**
 * The issuers that serve many organisations under one URL, and the condition key that tells these apart (IAM user guide,
 * identity-provider controls for shared OIDC providers).
 */
const SHARED_ISSUERS: ReadonlyMap<string, string> = new Map([
  ...claimOf('sub', [
    'agent.buildkite.com',
    'app.terraform.io',
    'gitlab.com',
    'oidc-configuration.audit-log.githubusercontent.com',
    'oidc.codefresh.io',
    'proidc.upbound.io',
    'scalr.io',
    'studio.datachain.ai/api',
    'token.actions.githubusercontent.com',
    'tokens.cloud.shisho.dev',
    'vstoken.actions.githubusercontent.com',
    // IBM Turbonomic
    'oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu',
    'oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb',
    'rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7',
    'rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr',
    'rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg',
    'rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26',
  ]),
  ...claimOf('aud', ['api.pulumi.com/oidc', COGNITO, 'oidc.vercel.com', 'sandboxes.cloud']),
  // Microsoft Sentinel
  ['sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d', 'sts:RoleSessionName'],
]);

function claimOf(claim: string, issuers: readonly string[]): readonly (readonly [string, string])[] {
  return issuers.map((issuer) => [issuer, `${issuer}:${claim}`] as const);
}

/**
 * A statement that lets a shared issuer's tokens assume the role must say whose: it must compare the issuer's key with
 * values that are not only wildcards. Only applies when a policy is saved, so roles saved earlier keep working.
 */
export function checkSharedIssuers({ statements }: PolicyDocument, refuse: Refuse): void {
  for (const statement of statements.filter(isForTokens)) {
    for (const entry of statement.principal?.entries ?? []) {
      const issuer = issuerOf(entry);
      const key = SHARED_ISSUERS.get(issuer);
      if (key !== undefined && !statement.conditions.some((condition) => restricts(condition, key))) {
        refuse(messageOf(issuer, key), entry.at);
      }
    }
  }
}

function isForTokens({ effect, action }: PolicyStatement): boolean {
  if (effect !== 'Allow' || action === undefined) return false;
  // `NotAction` allows what it does not name.
  const names = (wanted: string): boolean => action.values.some(({ text }) => matchesGlob(text.toLowerCase(), wanted));
  return TOKEN_ACTIONS.some((wanted) => names(wanted) !== action.negated);
}

/** The issuer that a `Federated` principal names, by its provider's ARN or by its domain. */
function issuerOf({ type, text }: PrincipalEntry): string {
  return type === 'Federated' ? text.toLowerCase().replace(/^arn:[^/]*:oidc-provider\//, '') : '';
}

/** Whether the condition holds only if the key has one of its values, and none of these is just wildcards. */
function restricts({ operator: name, key, values }: PolicyCondition, wanted: string): boolean {
  const found = findOperator(name);
  // A missing key satisfies ForAllValues and …IfExists.
  if (found === undefined || found.ifExists || found.quantifier === 'all') return false;
  if (found.negated || !found.operator.name.startsWith('String')) return false;
  return key.toLowerCase() === wanted.toLowerCase() && values.every(({ text }) => /[^*?]/.test(text));
}

/** AWS's sentence for Cognito; for the other issuers its sentence is not known. */
function messageOf(issuer: string, key: string): string {
  if (issuer === COGNITO) return 'A condition block must be present for the Cognito provider';
  return `The provider ${issuer} serves many organizations, so the statement must restrict ${key} to values that are not only wildcards`;
}
