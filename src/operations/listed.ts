/** Names as a sentence lists them: `iam, sts and rolecall`. */
export function listed(names: Iterable<string>, type: 'and' | 'or'): string {
  const style = type === 'and' ? 'conjunction' : 'disjunction';
  return new Intl.ListFormat('en-GB', { type: style }).format(names);
}
