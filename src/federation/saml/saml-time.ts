import { SamlFault } from './fault.ts';

const DATE_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/;

/**
 * Parses an `xs:dateTime`, in ms since the epoch. A time without a zone is UTC (SAML V2.0 Core §1.3.3).
 * @throws {SamlFault} xml
 */
export function parseSamlTime(text: string, what: string): number {
  const [, local, zone = 'Z'] = DATE_TIME.exec(text.trim()) ?? [];
  const time = local === undefined ? Number.NaN : Date.parse(`${local}${zone}`);
  if (Number.isNaN(time)) throw new SamlFault('xml', `${what} is not a date and time`);
  return time;
}
