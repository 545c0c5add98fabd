import type { HtmlValue } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { ENROLMENT_RULE } from '../../identity/sign-in-policy/judge-sign-in.ts';

/** The rules that decided on a sign-in, as a page lists them. Statements have the names that administrators gave them. */
export function ruleNames(decidedBy: readonly string[]): HtmlValue {
  return decidedBy.map((rule, i) => [
    i > 0 && ', ',
    rule === ENROLMENT_RULE ? say('signInPolicy.enrolmentRule') : rule,
  ]);
}
