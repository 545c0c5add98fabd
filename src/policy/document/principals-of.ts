import type { PolicyDocument, PrincipalEntry } from './policy-document.ts';

/** The principals that a document names, in document order. Those of a trust policy must exist when it is saved. */
export function principalsOf(document: PolicyDocument): readonly PrincipalEntry[] {
  return document.statements.flatMap((statement) => statement.principal?.entries ?? []);
}
