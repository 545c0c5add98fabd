import { compilePolicyText } from '../../policy/compile/compile-policy.ts';
import type { CompiledPolicy } from '../../policy/compile/compiled-policy.ts';

interface Stated {
  readonly Condition?: unknown;
  readonly [part: string]: unknown;
}

/** Compiles a policy without the conditions of its `Allow` statements. One that cannot be read denies everything. */
export function unconditional(text: string, type: 'inline' | 'trust' = 'inline'): CompiledPolicy {
  const source = { id: 'policy', type } as const;
  try {
    const document = JSON.parse(text) as { Statement: Stated | readonly Stated[] };
    const statements = ([] as readonly Stated[]).concat(document.Statement);
    const bare = statements.map(({ Condition, ...rest }) =>
      rest['Effect'] === 'Allow' || Condition === undefined ? rest : { ...rest, Condition },
    );
    return compilePolicyText(JSON.stringify({ ...document, Statement: bare }), source);
  } catch {
    return compilePolicyText(text, source);
  }
}
