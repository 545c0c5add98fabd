import type { TokenVerifiers } from '../../federation/token-verifiers.ts';
import { listsRole, samlQuestion, type TrustQuestion, webIdentityQuestion } from '../../federation/trust-question.ts';
import { TokenFault } from '../../federation/web-identity/token-fault.ts';
import type { Tag } from '../../identity/documents/entity.ts';
import { ServiceError } from '../../kernel/service-error.ts';

/** A check of a token or assertion. */
export interface TokenTestCheck {
  readonly check: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly detail: string;
}

/** What a token or assertion proves, and to which checks it stood up. */
export interface PresentedToken {
  readonly checks: readonly TokenTestCheck[];
  readonly proven:
    | {
        readonly question: TrustQuestion;
        readonly providerArn: string;
        readonly subject: string;
        readonly audience: string;
        readonly tags: readonly Tag[];
        readonly sourceIdentity: string | undefined;
      }
    | undefined;
}

interface Presented {
  readonly accountId: string;
  readonly now: number;
}

/** The checks of a web identity token, in the order in which they are made. Each is shown under its first name unless another one failed. */
const WEB_IDENTITY_STAGES = [
  ['format', 'issuer'],
  ['provider'],
  ['signature', 'keys', 'algorithm'],
  ['expiry', 'not-before', 'issued-at'],
  ['login'],
  ['audience'],
  ['subject'],
  ['claims', 'tags', 'source-identity'],
] as const satisfies readonly (readonly TokenFault['check'][])[];

/** Verifies a token like `AssumeRoleWithWebIdentity`; an expired one also as of its issue, so that the rest can be tested. */
export async function presentWebIdentity(
  { verifyWebIdentity }: Pick<TokenVerifiers, 'verifyWebIdentity'>,
  { token, sessionName, ...at }: Presented & { readonly token: string; readonly sessionName: string | undefined },
): Promise<PresentedToken> {
  const attempt = (now: number) => verifyWebIdentity(at.accountId, token, now).catch(faultOf);
  const first = await attempt(at.now);
  const expiry = first instanceof TokenFault && first.check === 'expiry' ? first : undefined;
  const issued = expiry && issueTimeOf(token);
  const found = issued === undefined ? first : await attempt(issued);
  if (found instanceof TokenFault) return { checks: stagesUntil(found, expiry), proven: undefined };
  const { provider, subject, audience, tags, sourceIdentity } = found;
  const question = webIdentityQuestion(at.accountId, found, sessionName);
  return {
    checks: stagesUntil(undefined, expiry),
    proven: { question, providerArn: provider.arn, subject, audience, tags, sourceIdentity },
  };
}

function faultOf(error: unknown): TokenFault {
  if (error instanceof TokenFault) return error;
  throw error;
}

function stagesUntil(fault: TokenFault | undefined, expiry: TokenFault | undefined): readonly TokenTestCheck[] {
  let isOver = false;
  return WEB_IDENTITY_STAGES.map((stage): TokenTestCheck => {
    const failed = [expiry, fault].find((each) => each && (stage as readonly string[]).includes(each.check));
    if (failed !== undefined) {
      isOver ||= failed === fault;
      return { check: failed.check, outcome: 'failed', detail: failed.detail || failed.message };
    }
    if (isOver) return { check: stage[0], outcome: 'skipped', detail: 'an earlier check failed' };
    return { check: stage[0], outcome: 'passed', detail: '' };
  });
}

/** When a token says it was issued, in ms; only to look at an expired one as of then. */
function issueTimeOf(token: string): number | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { iat?: unknown };
    return typeof claims.iat === 'number' ? claims.iat * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/** Verifies a response like `AssumeRoleWithSAML`; an expired one also as of its issue. It is not used up. */
export async function presentSaml(
  { samlLogins }: Pick<TokenVerifiers, 'samlLogins'>,
  { encoded, providerArn, roleArn, ...at }: Presented & { encoded: string; providerArn: string; roleArn: string },
): Promise<PresentedToken> {
  const attempt = (now: number) =>
    samlLogins.verify({ accountId: at.accountId, providerArn, encoded, now }).catch(refusalOf);
  const first = await attempt(at.now);
  const expiry = first instanceof ServiceError && isExpiry(first) ? first : undefined;
  const issued = expiry && issueInstantOf(encoded);
  const found = issued === undefined ? first : await attempt(issued);
  const checks = expiry === undefined ? [] : [failedCheck(expiry)];
  if (found instanceof ServiceError) {
    return { checks: found === expiry ? checks : [...checks, failedCheck(found)], proven: undefined };
  }
  const { subject, audience, tags, sourceIdentity } = found;
  const isListed = listsRole(found, { roleArn, providerArn });
  return {
    checks: [
      ...checks,
      { check: 'signature', outcome: 'passed', detail: `issuer ${found.issuer}` },
      isListed
        ? { check: 'role-pair', outcome: 'passed', detail: '' }
        : {
            check: 'role-pair',
            outcome: 'failed',
            detail: "the assertion's Role attribute does not have this role with this provider",
          },
    ],
    proven: { question: samlQuestion(at.accountId, found), providerArn, subject, audience, tags, sourceIdentity },
  };
}

function refusalOf(error: unknown): ServiceError {
  if (error instanceof ServiceError && error.kind !== undefined) return error;
  throw error;
}

function isExpiry({ kind }: ServiceError): boolean {
  return kind === 'expired' || kind === 'late';
}

function failedCheck({ kind = '', message }: ServiceError): TokenTestCheck {
  return { check: kind, outcome: 'failed', detail: message };
}

function issueInstantOf(encoded: string): number | undefined {
  const text = Buffer.from(encoded, 'base64').toString();
  const time = Date.parse(/\sIssueInstant="([^"]{1,40})"/.exec(text)?.[1] ?? '');
  return Number.isNaN(time) ? undefined : time;
}
