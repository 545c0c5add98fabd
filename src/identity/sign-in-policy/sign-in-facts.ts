import { timeInZone } from '../../kernel/time-in-zone.ts';
import type { FirstFactor, SignInKeyName } from '../../policy/catalogue/signin-keys.ts';
import type { ContextValue } from '../../policy/request.ts';
import type { LoginOrigin } from '../credentials/login-origin.ts';
import type { Person } from '../credentials/people.ts';
import { STRENGTH_NAMES, strengthOf } from '../credentials/strength.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { AddressList } from './address-list.ts';
import { isImpossibleTravel, type Places } from './places.ts';
import type { SignInHistory, SignInOrigin } from './sign-in-history.ts';

/** A sign-in of which all factors that the person has were asked for. */
export interface JudgedSignIn extends Omit<SignInOrigin, 'subject'> {
  readonly person: Person;
  /** RFC 8176. */
  readonly amr: readonly string[];
  /** The outside login that it began with, if it did. */
  readonly origin?: LoginOrigin | undefined;
  readonly first: FirstFactor;
  /** The name of the connector, if it began at one. */
  readonly connector: string | undefined;
  /** The id of the application. */
  readonly app: string;
  readonly recentFailures: number;
  /** ms since the epoch. */
  readonly now: number;
}

/** What the operator supplies, and what is looked up. Absent parts leave the keys that need them without a value. */
export interface FactSources {
  readonly store: Pick<IdentityStore, 'groups'>;
  readonly history: SignInHistory;
  /** Whether a person may change other identities. */
  readonly isPrivileged: (person: Person) => Promise<boolean>;
  /** Read anew when the configuration is reloaded. */
  readonly lists: () => { readonly places?: Places | undefined; readonly addresses?: AddressList | undefined };
}

type Fact = ContextValue | undefined | Promise<ContextValue | undefined>;
type ReadFact = (sources: FactSources, signIn: JudgedSignIn, timeZone: string) => Fact;

/** One row for each key. Does not compile if one is missing. */
const READERS: Readonly<Record<SignInKeyName, ReadFact>> = {
  'signin:Strength': (_sources, signIn) => STRENGTH_NAMES[strengthOf(signIn)],
  'signin:Acr': (_sources, signIn) => strengthOf(signIn),
  'signin:Methods': (_sources, { amr }) => amr,
  'signin:FirstFactor': (_sources, { first }) => first,
  'signin:Connector': (_sources, { connector }) => connector,
  'signin:App': (_sources, { app }) => app,
  'signin:SourceIp': (_sources, { ip }) => ip,
  'signin:Country': ({ lists }, { ip }) => lists().places?.find(ip).country,
  'signin:ListedAddress': ({ lists }, { ip }) => textOf(lists().addresses?.has(ip)),
  'signin:NewDevice': async ({ history }, signIn) => textOf(!(await history.hasUsedDevice(originOf(signIn)))),
  'signin:NewNetwork': async ({ history }, signIn) => textOf(!(await history.hasUsedNetwork(originOf(signIn)))),
  'signin:ImpossibleTravel': async ({ history, lists }, { person, ip, now }) => {
    const { places } = lists();
    const last = places && (await history.lastPlace(person.subject));
    return places && last && textOf(isImpossibleTravel(last, places.find(ip), now - last.at));
  },
  'signin:Hour': (_sources, { now }, timeZone) => String(timeInZone(now, timeZone).hour),
  'signin:Weekday': (_sources, { now }, timeZone) => timeInZone(now, timeZone).weekday,
  'signin:RecentFailures': (_sources, { recentFailures }) => String(recentFailures),
  'signin:Privileged': async ({ isPrivileged }, { person }) => textOf(await isPrivileged(person)),
  'signin:Root': (_sources, { person }) => textOf(person.kind === 'root'),
  'signin:UserName': (_sources, { person }) => person.userName,
  'signin:UserPath': (_sources, { person }) => person.path,
  'signin:Groups': async ({ store }, { person: { accountId, groupIds } }) => {
    const groups = await Promise.all(groupIds.map((groupId) => store.groups.get([accountId, groupId])));
    return groups.flatMap((group) => (group === undefined ? [] : [group.groupName]));
  },
};

/** The values of the keys, by lower-case name. Looks up only what these keys need, all at the same time. */
export async function factsOf(
  sources: FactSources,
  signIn: JudgedSignIn,
  { keys, timeZone }: { readonly keys: Iterable<SignInKeyName>; readonly timeZone: string },
): Promise<ReadonlyMap<string, ContextValue>> {
  const read = async (key: SignInKeyName) =>
    [key.toLowerCase(), await READERS[key](sources, signIn, timeZone)] as const;
  const found = await Promise.all([...keys].map(read));
  return new Map(found.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}

/** Where a sign-in comes from, as the history knows it. */
export function originOf({ person: { subject }, ip, device }: JudgedSignIn): SignInOrigin {
  return { subject, ip, device };
}

function textOf(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** Whether the time zone database has a zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
