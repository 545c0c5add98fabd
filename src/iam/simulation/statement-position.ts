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
 * Where each statement of a document stands, counted as AWS does: it starts where what stands before it has ended (the bracket that
 * opens `Statement`, or the statement before it, so that a comma and white space may come first), or behind its own brace where
 * `Statement` is no list; it ends behind its last brace.
 */
export function statementPositions({ text, root, statements }: PolicyDocument): readonly StatementPosition[] {
  const members = root.kind === 'object' ? root.members : [];
  const positionOf = positionsIn(text);
  let before = members.find(({ name }) => name === 'Statement')?.value.at ?? 0;
  return statements.map(({ end }) => {
    const position = { StartPosition: positionOf(before + 1), EndPosition: positionOf(end + 1) };
    before = end;
    return position;
  });
}

/** Tells the positions of offsets that only grow, so that the text is gone through once for all of them. */
function positionsIn(text: string): (at: number) => Position {
  let line = 1;
  let lineStart = 0;
  let lineEnd = text.indexOf('\n');
  return (at) => {
    while (lineEnd >= 0 && lineEnd < at) {
      line++;
      lineStart = lineEnd + 1;
      lineEnd = text.indexOf('\n', lineStart);
    }
    return { Line: line, Column: at - lineStart + 1 };
  };
}
