import type { PolicyDocument } from '../../policy/document/policy-document.ts';

/** All principals that a trust policy lists under `"AWS"`, in statements that allow and in those that deny. */
export function awsPrincipalsOf(document: PolicyDocument): readonly string[] {
  const entries = document.statements.flatMap((statement) => statement.principal?.entries ?? []);
  return entries.filter(({ type }) => type === 'AWS').map(({ text }) => text);
}
