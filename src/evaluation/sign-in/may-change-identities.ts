import { decide } from '../../policy/combine/decide.ts';
import type { PolicyLayers } from '../../policy/combine/policy-layers.ts';
import type { CompiledStatement } from '../../policy/compile/compiled-policy.ts';
import { compilePolicySet } from '../../policy/compile/policy-set.ts';
import { matchesAction } from '../../policy/match/match-action.ts';
import type { RequestContext } from '../../policy/request.ts';
import { IDENTITY_CHANGES, type IdentityChanges, probesOf } from './identity-changes.ts';
import type { PolicySubject } from './policy-subject.ts';
import { unconditional } from './unconditional.ts';

/** The policies of a user or role, as text. */
export interface PolicyTexts {
  readonly identity: readonly string[];
  readonly boundary: string | 'missing' | undefined;
}

/**
 * The resources of one user alone, by the variable: `user/${aws:username}`, also below a fixed path, and the device of that name. With a
 * wildcard beside the variable it would be others, too: `user/${aws:username}*` covers `ann-admin` for `ann`.
 */
const OWN_RESOURCE = /^arn:[^:*?]*:iam::[^:]*:(?:user|mfa)\/(?:[^*?$]*\/)?\$\{aws:username\}$/i;

/** Stands for a variable that has no value. */
const UNKNOWN = '*';

/**
 * Whether the policies of a user or role would let it change another identity under some circumstances: one of {@link IDENTITY_CHANGES}.
 * The engine decides on resources like those that the statements themselves name. Conditions of `Allow` statements count as met: who is
 * privileged from the office only is privileged.
 * @param changes what counts as a change.
 */
export function mayChangeIdentities(
  subject: PolicySubject,
  texts: PolicyTexts,
  changes: readonly IdentityChanges[] = IDENTITY_CHANGES,
): boolean {
  const layers = unconditionalLayers(texts);
  if (layers === undefined) return false;
  const { arn: own, accountId, principal, context } = subject;
  const statements = layers.identity.policies.flatMap((policy) => policy.statements);
  const allows = statements.filter(({ effect }) => effect === 'Allow');
  return changes.some((kind) =>
    kind.actions.some((action) => {
      const patterns = allows
        .filter((statement) => matchesAction(statement, action))
        .flatMap((statement) => patternsOf(statement, context));
      const resources = new Set(patterns.flatMap((pattern) => probesOf(kind, accountId, pattern)));
      if (kind.sparesOneself) resources.delete(own);
      else if (isOfKind(kind, own)) resources.add(own);
      return [...resources].some(
        (resource) => decide({ principal, action, resource, resourceAccountId: accountId, context }, layers).allowed,
      );
    }),
  );
}

/** The policies without the conditions of their `Allow` statements; `undefined` if they allow nothing. */
export function unconditionalLayers({ identity, boundary }: PolicyTexts): PolicyLayers | undefined {
  if (boundary === 'missing') return undefined;
  return {
    identity: compilePolicySet(identity.map((text) => unconditional(text))),
    ...(boundary !== undefined && { boundary: compilePolicySet([unconditional(boundary)]) }),
  };
}

const isOfKind = ({ type }: IdentityChanges, arn: string): boolean => arn.split(/[:/]/)[5] === type;

/** What a statement is about, other than the user itself, with the values of variables. */
function patternsOf({ resources }: CompiledStatement, context: RequestContext): readonly string[] {
  if (resources === undefined || resources.negated) return ['*'];
  return resources.patterns
    .filter((pattern) => !OWN_RESOURCE.test(pattern))
    .map((pattern) => pattern.replace(/\$\{([^}]*)\}/g, (_whole, key: string) => text(context, key) ?? UNKNOWN));
}

function text(context: RequestContext, key: string): string | undefined {
  const value = context.get(key.split(',')[0]?.trim().toLowerCase() ?? '');
  return typeof value === 'string' ? value : undefined;
}
