import type { PolicyDocument } from '../../policy/document/policy-document.ts';

/** A position in a policy's text, as the simulators return it: lines and columns count from 1. */
export interface Position {
  readonly Line: number;
  readonly Column: number;
}

export interface StatementPosition {
  readonly StartPosition: Position;
  readonly EndPosition: Position;
}

/**
 * The position of each statement of a document, counted as AWS does. A statement starts where the previous part ends: after the bracket
 * that opens `Statement`, or after the previous statement, so that it may begin with a comma and white space. If `Statement` is not a list,
 * it starts after its own opening brace. It ends after its closing brace.
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

/** Converts ascending offsets to positions in a single pass through the text. */
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
