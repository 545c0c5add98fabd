import { makePause } from '../../kernel/pause.ts';
import { findConditionKey } from '../catalogue/catalogue.ts';
import {
  type ServiceCatalogue,
  type ServiceDescription,
  similarAction,
  similarPrefix,
} from '../catalogue/service-catalogue.ts';
import type { PolicyDocument, PolicyText } from '../document/policy-document.ts';
import { matchesGlob } from '../match/glob.ts';

/** What may be wrong with a valid policy. The codes are those of Access Analyzer's policy checks. */
export type PolicyIssueCode =
  | 'INVALID_SERVICE_IN_ACTION'
  | 'INVALID_ACTION'
  | 'INVALID_GLOBAL_CONDITION_KEY'
  | 'INVALID_SERVICE_CONDITION_KEY';

export interface PolicyIssue {
  readonly code: PolicyIssueCode;
  readonly message: string;
  /** The offset in the policy's text. */
  readonly at: number;
}

/** How many issues are found: a policy with more is about something else. It also limits the time for names that are similar. */
export const MOST_ISSUES = 100;

/**
 * The services, actions and condition keys of a policy that no service has, in the order of the text; the first {@link MOST_ISSUES} at most.
 * A policy may name many thousands, and comparing one with the names of a large service takes up to 10 ms: others get their turn in between.
 */
export async function findIssues(policy: PolicyDocument, catalogue: ServiceCatalogue): Promise<readonly PolicyIssue[]> {
  const pause = makePause();
  const issues: PolicyIssue[] = [];
  for (const name of namesIn(policy)) {
    await pause();
    const issue = name.kind === 'action' ? actionIssue(name, catalogue) : keyIssue(name, catalogue);
    if (issue !== undefined && issues.push(issue) === MOST_ISSUES) break;
  }
  return issues;
}

function namesIn({ statements }: PolicyDocument): readonly (PolicyText & { readonly kind: 'action' | 'key' })[] {
  return statements
    .flatMap(({ action, conditions }) => [
      ...(action?.values ?? []).map(({ text, at }) => ({ kind: 'action', text, at }) as const),
      ...conditions.map(({ key, keyAt }) => ({ kind: 'key', text: key, at: keyAt }) as const),
    ])
    .sort((a, b) => a.at - b.at);
}

const hasWildcard = (text: string): boolean => /[*?]/.test(text);
const didYouMean = (name: string | undefined): string => (name === undefined ? '' : ` Did you mean ${name}?`);

function actionIssue({ text, at }: PolicyText, catalogue: ServiceCatalogue): PolicyIssue | undefined {
  if (text === '*') return undefined;
  const colon = text.indexOf(':');
  const prefix = text.slice(0, colon).toLowerCase();
  const name = text.slice(colon + 1);
  if (hasWildcard(prefix)) {
    const isKnown = catalogue.prefixes.some((each) => matchesGlob(prefix, each));
    return isKnown ? undefined : unknownService(text.slice(0, colon), at, undefined);
  }
  const service = catalogue.service(prefix);
  if (service === undefined) return unknownService(text.slice(0, colon), at, similarPrefix(catalogue, prefix));
  if (hasWildcard(name)) {
    const wanted = name.toLowerCase();
    if (service.actions.some((action) => matchesGlob(wanted, action.name.toLowerCase()))) return undefined;
    return { code: 'INVALID_ACTION', message: `No action of ${service.name} matches ${text}.`, at };
  }
  return catalogue.action(text) ? undefined : unknownAction(text, service, at);
}

function unknownService(prefix: string, at: number, similar: string | undefined): PolicyIssue {
  return {
    code: 'INVALID_SERVICE_IN_ACTION',
    message: `The service ${prefix} specified in the action does not exist.${didYouMean(similar)}`,
    at,
  };
}

function unknownAction(text: string, service: ServiceDescription, at: number): PolicyIssue {
  const similar = similarAction(service, text.slice(text.indexOf(':') + 1));
  const meant = similar === undefined ? undefined : `${service.prefix}:${similar}`;
  return { code: 'INVALID_ACTION', message: `The action ${text} does not exist.${didYouMean(meant)}`, at };
}

/** Keys of an issuer are claims, and may have any name. */
function keyIssue({ text, at }: PolicyText, catalogue: ServiceCatalogue): PolicyIssue | undefined {
  if (findConditionKey(text)) return undefined;
  const prefix = text.slice(0, Math.max(0, text.indexOf(':'))).toLowerCase();
  if (prefix === 'aws') {
    return { code: 'INVALID_GLOBAL_CONDITION_KEY', message: `The condition key ${text} does not exist.`, at };
  }
  const service = catalogue.service(prefix);
  if (service?.conditionKeys.some(({ name }) => isKey(name, text))) return undefined;
  const where = service === undefined ? '' : ` in the service ${prefix}`;
  return { code: 'INVALID_SERVICE_CONDITION_KEY', message: `The condition key ${text} does not exist${where}.`, at };
}

/** Whether a key as written in a policy is `name`, which has `${TagKey}` where a family varies. */
function isKey(name: string, written: string): boolean {
  return matchesGlob(name.toLowerCase().replace(/\$\{[^}]*\}/g, '*'), written.toLowerCase());
}
