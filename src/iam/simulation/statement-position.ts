import type { CompiledStatement } from '../../policy/compile/compiled-policy.ts';
import { placeOf } from '../../policy/document/place.ts';
import type { PolicyDocument } from '../../policy/document/policy-document.ts';

/** A place of a policy's text as the simulators tell it: lines and columns from 1. */
export interface Position {
  readonly Line: number;
  readonly Column: number;
}

export interface StatementPosition {
  readonly StartPosition: Position;
  readonly EndPosition: Position;
}

/**
 * Where a statement stands, counted as AWS does: it starts where what stands before it has ended (the bracket that opens
 * `Statement`, or the statement before it, so that a comma and white space may come first), or behind its own brace where
 * `Statement` is no list; it ends behind its last brace.
 */
export function statementPosition(
  { text, root, statements }: PolicyDocument,
  { index, end }: Pick<CompiledStatement, 'index' | 'end'>,
): StatementPosition {
  const members = root.kind === 'object' ? root.members : [];
  const opening = members.find(({ name }) => name === 'Statement')?.value.at ?? 0;
  const before = statements[index - 1]?.end ?? opening;
  return { StartPosition: positionOf(text, before + 1), EndPosition: positionOf(text, end + 1) };
}

function positionOf(text: string, at: number): Position {
  const { line, column } = placeOf(text, at, undefined);
  return { Line: line, Column: column };
}
