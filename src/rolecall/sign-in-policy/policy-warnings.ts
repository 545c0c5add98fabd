import type { Person } from '../../identity/credentials/people.ts';
import type { StoredSignInPolicy } from '../../identity/documents/account.ts';
import { personBehind } from '../../identity/sessions/caller.ts';
import { compileSignInPolicy } from '../../identity/sign-in-policy/compile-sign-in-policy.ts';
import type { SignedCall } from '../../operations/operation.ts';
import type { SignInKeyName } from '../../policy/catalogue/signin-keys.ts';
import type { SignInSimulation } from '../rolecall-dependencies.ts';
import type { ValueOf } from '../shapes/shape.ts';
import type { WARNINGS } from './sign-in-policy-shapes.ts';
import { simulatedSignIn } from './simulated-sign-in.ts';

type Warnings = ValueOf<typeof WARNINGS>;

/** What a policy may do that was not meant: to everybody, and to its author at this moment and from this address. */
export async function warningsOf(
  signIns: SignInSimulation,
  policy: StoredSignInPolicy,
  call: SignedCall,
): Promise<Warnings> {
  return [
    ...warningsForAll(signIns.judge, policy),
    ...(await warningsForCaller(signIns, policy, call)),
    ...warningsOfKeys(signIns.judge, policy),
  ];
}

function warningsForAll({ hasPasskeys }: SignInSimulation['judge'], { document }: StoredSignInPolicy): Warnings {
  const statements = compileSignInPolicy(document).verdict(new Map()).statements;
  const always = statements.filter(({ isConditional }) => !isConditional);
  const refusing = always.find(({ demands }) => demands === 'refuse');
  const demanding = statements.find(({ demandsIfMet }) => demandsIfMet === 'require-phishing-resistant');
  return [
    ...(refusing === undefined
      ? []
      : [warning('REFUSES_EVERYONE', `${refusing.name} refuses every sign-in but that of the root user.`)]),
    ...(hasPasskeys || demanding === undefined
      ? []
      : [
          warning(
            'PASSKEYS_UNAVAILABLE',
            `${demanding.name} requires a passkey, which browsers do not make for the address of this server: it refuses everyone whom it applies to.`,
          ),
        ]),
  ];
}

/** By the strongest sign-in that the author could show, in a browser that is known. */
async function warningsForCaller(
  { judge, people }: SignInSimulation,
  { document, timeZone }: StoredSignInPolicy,
  { caller, now, source: { ip } }: SignedCall,
): Promise<Warnings> {
  const subject = personBehind(caller);
  const person = subject === undefined ? undefined : await people.bySubject(subject);
  if (person === undefined) return [];
  const facts = new Map(Object.entries({ 'signin:newdevice': 'false', 'signin:newnetwork': 'false' }));
  const shown = { person, document, timeZone, ip, now, facts };
  const strongest = await simulatedSignIn(judge, { ...shown, amr: STRONGEST });
  if (strongest.demand === 'refuse') {
    const decidedBy = strongest.decidedBy.join(', ');
    return [warning('REFUSES_CALLER', `It would refuse your own next sign-in from ${ip}: ${decidedBy}.`)];
  }
  const own = await simulatedSignIn(judge, { ...shown, amr: amrOf(person) });
  if (own.lacks === 'nothing' || own.lacks === 'permission') return [];
  return [
    warning(
      'CALLER_MUST_ENROL',
      `It would have you add a second factor at your own next sign-in: ${own.decidedBy.join(', ')}.`,
    ),
  ];
}

const STRONGEST = ['hwk', 'user', 'mfa'];

/** What the person can show at present. */
function amrOf({ factors }: Person): readonly string[] {
  if (factors.some(({ kind }) => kind === 'passkey')) return STRONGEST;
  return factors.length > 0 ? ['pwd', 'otp', 'mfa'] : ['pwd'];
}

const SOURCES = {
  'signin:Country': { list: 'places', setting: 'signIn.geoDatabase' },
  'signin:ImpossibleTravel': { list: 'places', setting: 'signIn.geoDatabase' },
  'signin:ListedAddress': { list: 'addresses', setting: 'signIn.addressList' },
} as const satisfies Partial<Record<SignInKeyName, unknown>>;

function warningsOfKeys({ lists }: SignInSimulation['judge'], { document }: StoredSignInPolicy): Warnings {
  const { keys } = compileSignInPolicy(document);
  return Object.entries(SOURCES)
    .filter(([key, { list }]) => keys.has(key as SignInKeyName) && lists()[list] === undefined)
    .map(([key, { setting }]) =>
      warning('KEY_WITHOUT_VALUE', `${key} has no value, because ${setting} is not configured.`),
    );
}

function warning(Code: Warnings[number]['Code'], Message: string): Warnings[number] {
  return { Code, Message };
}
