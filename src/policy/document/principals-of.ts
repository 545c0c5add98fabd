import type { PolicyDocument, PrincipalEntry } from './policy-document.ts';

/** The principals that a document names, in its order: of a trust policy, those that must exist when it is saved. */
export function principalsOf(document: PolicyDocument): readonly PrincipalEntry[] {
  return document.statements.flatMap((statement) => statement.principal?.entries ?? []);
}
