import type { Connector, ConnectorKindName } from '../../../identity/documents/connector.ts';
import { type Member, shape, type ValueOf } from '../../shapes/shape.ts';
import type { ConnectorKindShapes } from './connector-kind-shapes.ts';
import { LDAP } from './ldap.ts';
import { OAUTH2 } from './oauth2.ts';
import { OIDC } from './oidc.ts';
import { SAML } from './saml.ts';

/** The member for the settings of each kind of connector. */
const KINDS = { Oidc: OIDC, OAuth2: OAUTH2, Ldap: LDAP, Saml: SAML } as const satisfies Readonly<
  Record<string, ConnectorKindShapes>
>;
type Kinds = typeof KINDS;
export type KindMember = keyof Kinds;
type Which = 'created' | 'changed' | 'shown';
type KindMembers<W extends Which> = { readonly [M in KindMember]: Member<Kinds[M][W], false> };

const ROWS = Object.entries(KINDS) as readonly (readonly [KindMember, ConnectorKindShapes])[];

export const KIND_NAMES = ROWS.map(([, { kind }]) => kind.toUpperCase() as Uppercase<ConnectorKindName>);
export const KIND_MEMBERS = ROWS.map(([member]) => member);

/** The members for the settings of all kinds, in one of the three structures that have them. */
export function kindMembers<W extends Which>(which: W): KindMembers<W> {
  const members = ROWS.map(([member, row]) => {
    const settings = `The settings, if the connector's kind is \`${row.kind.toUpperCase()}\`.`;
    return [member, shape.optional(row[which], settings)];
  });
  return Object.fromEntries(members) as KindMembers<W>;
}

type Input = { readonly [M in KindMember]?: object | undefined };

/** Settings of a kind that a request gives. */
export interface GivenKind {
  readonly member: string;
  readonly row: ConnectorKindShapes;
  /** Under the names of the API. */
  readonly input: object;
}

/** The settings that a request gives, by kind. */
export function givenKinds(input: Input): readonly GivenKind[] {
  return ROWS.flatMap(([member, row]) => {
    const given = input[member];
    return given === undefined ? [] : [{ member, row, input: given }];
  });
}

export type ShownKind = { readonly [M in KindMember]?: ValueOf<Kinds[M]['shown']> };

/** The settings of a connector, in the member of its kind. */
export function shownKind(connector: Connector, publicUrl: string): ShownKind {
  const { settings } = connector;
  const shown = ROWS.filter(([, { kind }]) => kind === settings.kind).map(([member, row]) => [
    member,
    row.show(settings, { connector, publicUrl }),
  ]);
  return Object.fromEntries(shown) as ShownKind;
}
