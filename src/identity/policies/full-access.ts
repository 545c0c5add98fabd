type Values = string | readonly string[] | undefined;

interface Statement {
  readonly Effect?: string;
  readonly Action?: Values;
  readonly Resource?: Values;
}

const EVERY_ACTION: ReadonlySet<string> = new Set(['*', '*:*']);

const listOf = (values: Values): readonly string[] => (typeof values === 'string' ? [values] : (values ?? []));

/**
 * Whether a valid policy has a statement that allows every action on every resource, with or without a condition: what makes a full
 * administrator, as scanners of accounts count it.
 */
export function allowsEverything(document: string): boolean {
  const { Statement: statements } = JSON.parse(document) as { readonly Statement: Statement | readonly Statement[] };
  return [statements]
    .flat()
    .some(
      ({ Effect, Action, Resource }) =>
        Effect === 'Allow' &&
        listOf(Action).some((action) => EVERY_ACTION.has(action)) &&
        listOf(Resource).includes('*'),
    );
}
