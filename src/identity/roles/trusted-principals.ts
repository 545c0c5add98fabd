import type { PolicyDocument } from '../../policy/document/policy-document.ts';

/** What a trust policy says under `"AWS"`, of those it trusts and those it does not. */
export function awsPrincipalsOf(document: PolicyDocument): readonly string[] {
  const entries = document.statements.flatMap((statement) => statement.principal?.entries ?? []);
  return entries.filter(({ type }) => type === 'AWS').map(({ text }) => text);
}
