import { AndFilter, EqualityFilter, type Filter, OrFilter, PagedResultsControl, PresenceFilter } from 'ldapts';
import { DIRECTORY_PRESETS } from '../../../../src/federation/connectors/ldap/directory-presets.ts';
import { ldapConnector } from '../../../../src/federation/connectors/ldap/ldap-connector.ts';
import { listGroups } from '../../../../src/federation/connectors/ldap/list-groups.ts';
import type { DirectoryLine } from '../../../../src/federation/connectors/ldap/open-directory.ts';
import type {
  DirectoryConnection,
  SearchCall,
} from '../../../../src/federation/directory-client/directory-connection.ts';
import { directoryEntry } from '../../../../src/federation/directory-client/directory-entry.ts';
import type { ProvisioningRules } from '../../../../src/identity/documents/connector.ts';

/** The attributes of an entry, in the spelling of the directory's schema. */
export type Attributes = Readonly<Record<string, readonly string[]>>;

type Preset = keyof typeof DIRECTORY_PRESETS;

interface Opening {
  readonly preset?: Preset;
  readonly users?: object;
  readonly rules?: Partial<ProvisioningRules>;
  /** Sends at most so many values of an attribute at once, as Active Directory does. */
  readonly mostValues?: number;
}

/**
 * A stand-in for a directory that accepts every password, beside a connector that signs people in with it. It does what a server does with
 * filters of equality and presence, and sends no attribute that was not asked for (RFC 4511 §4.5.1.8).
 */
export function openStandIn(entries: Readonly<Record<string, Attributes>>, opening: Opening = {}) {
  const preset = DIRECTORY_PRESETS[opening.preset ?? 'openldap'];
  const asked: SearchCall[] = [];
  // RFC 2696 §2: the page is the last one.
  const controls = new Map([[PagedResultsControl.type, Buffer.from('30050201000400', 'hex')]]);
  const result = { code: 0, diagnostic: '', controls };
  const connection: DirectoryConnection = {
    isOpen: true,
    bind: async () => result,
    async search(call, onEntry) {
      asked.push(call);
      const found = Object.entries(entries).filter(
        ([dn, attributes]) => (call.scope === 'sub' || dn === call.base) && matches(call.filter, attributes),
      );
      for (const [dn, attributes] of found)
        onEntry(directoryEntry(dn, selected(attributes, call.attributes, opening.mostValues)));
      return { result, references: 0 };
    },
    holdProcess: () => undefined,
    close: () => undefined,
  };
  const line = { server: {}, connection } as DirectoryLine;
  const settings = {
    preset: opening.preset ?? 'openldap',
    baseDn: 'dc=example',
    timeoutMs: 500,
    users: { ...preset.users, ...opening.users },
    groups: preset.groups,
  };
  const rules = { ...preset.rules, groups: { map: [], always: [] }, ...opening.rules };
  const connector = ldapConnector({
    connector: { settings: settings as never, rules },
    directory: { asService: async () => line, to: async () => connection },
    pool: { with: (work) => work(line), close: () => undefined },
  });
  return {
    rules,
    asked: asked as readonly SearchCall[],
    /** The names of a person's groups, as a directory sync finds them. */
    async listedGroups(dn: string): Promise<readonly string[] | undefined> {
      const listed = await listGroups({ asService: async () => line }, settings as never);
      return (await listed?.of(directoryEntry(dn, [])))?.map(({ name }) => name);
    },
    signIn: (name: string) => connector.authenticate({ name, password: 'right', now: 0, mayTry: async () => true }),
  };
}

function matches(filter: Filter, attributes: Attributes): boolean {
  if (filter instanceof AndFilter) return filter.filters.every((each) => matches(each, attributes));
  if (filter instanceof OrFilter) return filter.filters.some((each) => matches(each, attributes));
  if (filter instanceof PresenceFilter) return valuesOf(attributes, filter.attribute).length > 0;
  if (!(filter instanceof EqualityFilter)) throw new Error(`the stand-in does not know the filter ${filter}`);
  const wanted = String(filter.value).toLowerCase();
  return valuesOf(attributes, filter.attribute).some((value) => value.toLowerCase() === wanted);
}

function valuesOf(attributes: Attributes, name: string): readonly string[] {
  return Object.entries(attributes).find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1] ?? [];
}

/** Named as they were asked for, as OpenLDAP does. Values above `most` are held back, beside an empty list ([MS-ADTS] §3.1.1.3.1.3.3). */
function selected(attributes: Attributes, names: readonly string[], most = Infinity) {
  const sent = names.flatMap((asked): [string, readonly string[]][] => {
    const [, name = asked, start] = /^(.*);range=(\d+)-\*$/.exec(asked) ?? [];
    const [from, values] = [Number(start ?? 0), valuesOf(attributes, name)];
    if (start === undefined && values.length <= most) return [[asked, values]];
    const part = values.slice(from, from + most);
    const end = from + part.length;
    const range: [string, readonly string[]] = [`${name};range=${from}-${end < values.length ? end - 1 : '*'}`, part];
    return start === undefined ? [[name, []], range] : [range];
  });
  return sent.map(([name, values]) => [name, values.map((value) => Buffer.from(value))] as const);
}
