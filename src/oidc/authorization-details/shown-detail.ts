import type { Detail } from './check-detail.ts';
import { innerLabel, type Label } from './labels.ts';
import type { DetailMember, DetailType } from './type-settings.ts';

/** A detail as the consent page shows it: all of it, as texts. */
export interface ShownDetail {
  readonly label: Label;
  /** Lists have several values: joined, one value with a comma would look like two. */
  readonly rows: readonly { readonly label: Label; readonly values: readonly string[] }[];
}

type Member = Pick<DetailMember, 'label' | 'kind'> & Partial<Pick<DetailMember, 'members'>>;

/** Only for a detail that was checked: what has no label is not shown. */
export function shownDetail({ label, members }: DetailType, detail: Detail): ShownDetail {
  return { label, rows: rowsOf(members, detail) };
}

function rowsOf(
  members: Readonly<Record<string, Member>>,
  given: Readonly<Record<string, unknown>>,
): ShownDetail['rows'] {
  return Object.entries(members).flatMap(([name, { label, kind, members: inner = {} }]) => {
    if (!Object.hasOwn(given, name)) return [];
    const value = given[name];
    if (kind !== 'object') return [{ label, values: [value].flat().map(String) }];
    const rows = rowsOf(inner, value as Readonly<Record<string, unknown>>);
    return rows.map((row) => ({ label: innerLabel(label, row.label), values: row.values }));
  });
}
