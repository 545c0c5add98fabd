import type { RequestContext } from '../request.ts';
import type { Operand } from './operand.ts';
import { endOf, KIND, kindAt, type PatternKind, type PatternList, startOf, textAt } from './pattern-list.ts';
import { matchesResourceGlob } from './resource-glob.ts';
import { parseTemplate, resolveTemplate, type Template } from './variables.ts';

/** The resources of a statement. */
export interface StatementResources {
  /** Resource patterns follow the action patterns. */
  readonly patterns: PatternList;
  readonly actionsEnd: number;
  /** False for statements of trust policies. */
  readonly hasResources: boolean;
  /** Whether it covers all resources except those named (`NotResource`). */
  readonly negatesResources: boolean;
}

/**
 * Whether a statement covers this resource. ARNs are case-sensitive. A pattern with a null variable matches no
 * resource, so `NotResource` with only that pattern covers every resource (IAM user guide, "Policy variables with no
 * value").
 */
export function matchesResource(statement: StatementResources, request: ResourceAndContext): boolean {
  if (!statement.hasResources) return true;
  const { patterns, negatesResources } = statement;
  const { resource } = request;
  let end = statement.actionsEnd;
  for (let at = end; at < patterns.length; at = end) {
    end = endOf(patterns, at);
    const kind = kindAt(patterns, at);
    if (kind > KIND.prefix) {
      if (matchesSpecial(kind, textAt(patterns, at), request)) return !negatesResources;
      continue;
    }
    const start = startOf(at);
    const length = end - start;
    if (kind === KIND.exact ? resource.length !== length : resource.length < length) continue;
    // ARNs tend to differ at the end, so comparing two characters rules out most mismatches
    const hasOtherEnd =
      length > 1 &&
      (patterns.charCodeAt(end - 1) !== resource.charCodeAt(length - 1) ||
        patterns.charCodeAt(end - 2) !== resource.charCodeAt(length - 2));
    if (hasOtherEnd) continue;
    if (resource.slice(0, length) === patterns.slice(start, end)) return !negatesResources;
  }
  return negatesResources;
}

interface ResourceAndContext {
  readonly resource: string;
  readonly context: RequestContext;
}

function matchesSpecial(kind: PatternKind, pattern: string, { resource, context }: ResourceAndContext): boolean {
  if (kind !== KIND.template) return matchesResourceGlob(pattern, resource);
  const operand = resolveTemplate(parseTemplate(pattern, true) as Template, context);
  if (operand === undefined) return false;
  return leastLength(operand) <= resource.length && matchesResourceGlob(operand, resource);
}

/**
 * The minimum length of a matching text. Checked first, because variables can produce far more text
 * (`${aws:UserAgent}` a hundred times) than any resource has.
 */
function leastLength(operand: Operand): number {
  if (typeof operand === 'string') return operand.replaceAll('*', '').length;
  let length = 0;
  for (const { text, literal } of operand) length += literal ? text.length : text.replaceAll('*', '').length;
  return length;
}
