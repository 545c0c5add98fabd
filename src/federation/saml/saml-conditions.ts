import type { ContextValue } from '../../policy/request.ts';
import type { Assertion } from './read-assertion.ts';

/** How an attribute becomes a condition key: under which name, and whether with all of its values or the first one. */
interface AttributeRow {
  readonly key: string;
  readonly isList: boolean;
}

const one = (key: string): AttributeRow => ({ key: `saml:${key}`, isList: false });
const list = (key: string): AttributeRow => ({ key: `saml:${key}`, isList: true });
const EDU_PERSON = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.';
const EDU_ORG = 'urn:oid:1.3.6.1.4.1.5923.1.2.1.';
const XMLSOAP = 'http://schemas.xmlsoap.org/';
const CLAIMS = `${XMLSOAP}ws/2005/05/identity/claims/`;

/** By attribute name, as in the IAM user guide, "Mapping SAML attributes to AWS trust policy context keys". */
const ATTRIBUTES: ReadonlyMap<string, AttributeRow> = new Map([
  [`${EDU_PERSON}1`, list('edupersonaffiliation')],
  [`${EDU_PERSON}2`, list('edupersonnickname')],
  [`${EDU_PERSON}3`, one('edupersonorgdn')],
  [`${EDU_PERSON}4`, list('edupersonorgunitdn')],
  [`${EDU_PERSON}5`, one('edupersonprimaryaffiliation')],
  [`${EDU_PERSON}6`, one('edupersonprincipalname')],
  [`${EDU_PERSON}7`, list('edupersonentitlement')],
  [`${EDU_PERSON}8`, one('edupersonprimaryorgunitdn')],
  [`${EDU_PERSON}9`, list('edupersonscopedaffiliation')],
  [`${EDU_PERSON}10`, list('edupersontargetedid')],
  [`${EDU_PERSON}11`, list('edupersonassurance')],
  [`${EDU_ORG}2`, list('eduorghomepageuri')],
  [`${EDU_ORG}3`, list('eduorgidentityauthnpolicyuri')],
  [`${EDU_ORG}4`, list('eduorglegalname')],
  [`${EDU_ORG}5`, list('eduorgsuperioruri')],
  [`${EDU_ORG}6`, list('eduorgwhitepagesuri')],
  ['urn:oid:2.5.4.3', list('cn')],
  [`${CLAIMS}name`, one('name')],
  [`${XMLSOAP}claims/CommonName`, one('commonname')],
  [`${CLAIMS}givenname`, one('givenname')],
  [`${CLAIMS}surname`, one('surname')],
  [`${CLAIMS}emailaddress`, one('mail')],
  ['http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid', one('primarygroupsid')],
  ['2.5.4.3', one('commonname')],
  ['2.5.4.4', one('surname')],
  ['2.5.4.42', one('givenname')],
  // the next three are as the guide spells them
  ['2.4.5.42', one('givenname')],
  ['0.9.2342.19200300100.1.1', one('uid')],
  ['0.9.2342.19200300100.1.3', one('mail')],
  ['2.5.4.45', one('x500uniqueidentifier')],
  ['0.9.2342.19200300.100.1.1', one('uid')],
  ['0.9.2342.19200300.100.1.3', one('mail')],
  ['0.9.2342.19200300.100.1.45', one('organizationstatus')],
]);

/** The keys of an assertion's attributes, by lower-case name. Of several attributes for one key, the first counts. */
export function attributeConditions(attributes: Assertion['attributes']): Map<string, ContextValue> {
  const conditions = new Map<string, ContextValue>();
  for (const [name, values] of attributes) {
    const row = ATTRIBUTES.get(name);
    const [first] = values;
    if (row === undefined || first === undefined || conditions.has(row.key)) continue;
    conditions.set(row.key, row.isList ? values : first);
  }
  return conditions;
}
