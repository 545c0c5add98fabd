import type { DelegationRequest } from '../documents/delegations/delegation-request.ts';
import { SUMMARY_WORDS, type SummaryWords } from './summary-words.ts';

/** The statement of a policy that was validated when the request was made. */
interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * What a request asks for, in words, from its policy alone: each statement is a line.
 * @param locale `de`, `de_DE` or `de-DE`.
 * @returns `undefined` if there are no words for the language.
 */
export function summaryOf(
  { permissionPolicy, sessionDuration, description }: DelegationRequest,
  { requestor, locale }: { readonly requestor: string; readonly locale: string },
): string | undefined {
  const language = locale.toLowerCase().split(/[-_]/, 1)[0] ?? '';
  const words = Object.hasOwn(SUMMARY_WORDS, language) ? SUMMARY_WORDS[language] : undefined;
  if (words === undefined) return undefined;
  const statements = listOf((JSON.parse(permissionPolicy) as { Statement: Statement | Statement[] }).Statement);
  const linesOf = (effect: Statement['Effect']): string[] =>
    statements.filter(({ Effect }) => Effect === effect).map((each) => `- ${lineOf(each, words)}`);
  const denied = linesOf('Deny');
  return [
    words.asks(requestor, durationText(sessionDuration, words)),
    // On one line, so that it cannot look like more of the summary.
    `${words.purpose} “${description.replace(/\s+/g, ' ')}”`,
    words.may,
    ...linesOf('Allow'),
    ...(denied.length > 0 ? [words.mayNot, ...denied] : []),
    words.limits,
  ].join('\n');
}

function durationText(seconds: number, words: SummaryWords): string {
  return seconds % 3600 === 0 ? words.hours(seconds / 3600) : words.minutes(Math.ceil(seconds / 60));
}

function lineOf({ Action, NotAction, Resource, NotResource, Condition }: Statement, words: SummaryWords): string {
  const actions = listOf(Action);
  const what =
    NotAction !== undefined
      ? words.everythingBut(listOf(NotAction).join(', '))
      : actions.includes('*')
        ? words.everything
        : actions.join(', ');
  const resources = listOf(Resource);
  const where =
    NotResource !== undefined
      ? words.onAllBut(listOf(NotResource).join(', '))
      : resources.includes('*')
        ? words.onAll
        : words.on(resources.join(', '));
  const conditions = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => `${key} ${operator} ${listOf(value).map(String).join(', ')}`),
  );
  return [what, where, ...(conditions.length > 0 ? [words.onlyIf(conditions.join('; '))] : [])].join(' – ');
}

function listOf<Item>(value: Item | readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as Item];
}
