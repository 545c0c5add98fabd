import type { MappedClaim } from '../../../identity/documents/applications/claim.ts';
import { shape, type ValueOf } from '../../shapes/shape.ts';
import { FOR_GROUPS, TEMPLATES } from '../mapping-members.ts';

const { boolean, enumeration, list, optional, required, structure, text } = shape;

/** Claims that only one client gets. */
export const CLAIMS = list(
  'MappedClaimList',
  structure('MappedClaim', {
    Name: required(text('ClaimName', { length: [1, 128], audited: true }), 'The name.'),
    Values: optional(TEMPLATES, 'The values: texts with variables (docs/applications.md lists them).'),
    ForGroups: optional(FOR_GROUPS, 'Values that only the members of a group get. They come before `Values`.'),
    List: optional(
      boolean('ClaimIsList'),
      'Whether the claim is a list of all values. Otherwise it is a text: the first value, or all with `Separator` between them. Default: no.',
    ),
    Separator: optional(text('ClaimSeparator', { length: [0, 8], audited: true }), 'Joins several values to one text.'),
    In: optional(
      list(
        'ClaimTargetList',
        enumeration('ClaimTarget', ['ID_TOKEN', 'USERINFO', 'ACCESS_TOKEN'], { documentation: 'Where a claim is.' }),
        { length: [1, 3] },
      ),
      'Where it is. `ACCESS_TOKEN`: in the tokens for `Resources`. Default: `ID_TOKEN` and `USERINFO`.',
    ),
  }),
  { length: [0, 50] },
);
type Given = ValueOf<typeof CLAIMS>;

/** Claims as the configuration file has them. */
export function givenClaims(claims: Given): readonly object[] {
  return claims.map(({ Name, Values = [], ForGroups, List = false, Separator, In }) => ({
    name: Name,
    values: [...Values],
    ...(ForGroups !== undefined && {
      for_groups: ForGroups.map((each) => ({ group: each.Group, values: [...each.Values] })),
    }),
    list: List,
    ...(Separator !== undefined && { separator: Separator }),
    ...(In !== undefined && { in: In.map((each) => each.toLowerCase()) }),
  }));
}

/** Claims as the API shows them. */
export function shownClaims(claims: readonly MappedClaim[]): Given {
  return claims.map(({ name, values, forGroups, isList, separator, targets }) => ({
    Name: name,
    Values: values,
    ...(forGroups !== undefined && {
      ForGroups: forGroups.map((each) => ({ Group: each.group, Values: each.values })),
    }),
    List: isList,
    ...(separator !== undefined && { Separator: separator }),
    In: targets.map((target) => target.toUpperCase() as Uppercase<typeof target>),
  }));
}

/** The claims in access tokens, in a form to compare. */
export function accessTokenClaims(claims: Given): string {
  const ofTokens = claims.filter(({ In }) => In?.includes('ACCESS_TOKEN'));
  return JSON.stringify(
    ofTokens.map(({ Name, Values = [], ForGroups = [], List = false, Separator = null }) => [
      Name,
      Values,
      ForGroups.map((each) => [each.Group, each.Values]),
      List,
      Separator,
    ]),
  );
}
