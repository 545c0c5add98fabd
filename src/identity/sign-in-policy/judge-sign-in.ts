import { BoundedCache } from '../../kernel/bounded-cache.ts';
import { SIGNIN_KEYS } from '../../policy/catalogue/signin-keys.ts';
import type { ContextValue } from '../../policy/request.ts';
import type { Person } from '../credentials/people.ts';
import { STRENGTH_NAMES, strengthOf } from '../credentials/strength.ts';
import type { StoredSignInPolicy } from '../documents/account.ts';
import { passkeysOf } from '../passkeys/passkeys-of.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { OUTCOMES, type SignInOutcome } from './actions.ts';
import { compileSignInPolicy, type PolicyVerdict, type SignInPolicy } from './compile-sign-in-policy.ts';
import { beginEnrolment, type EnrolmentRule, enrolmentDue } from './enrolment-rule.ts';
import { type FactSources, factsOf, type JudgedSignIn } from './sign-in-facts.ts';

/** The name of the rule for privileged people, beside the names of statements. */
export const ENROLMENT_RULE = 'administrators enrol a passkey';

/** The name of the rule that a root user who has a passkey or security key signs in with it. */
export const ROOT_RULE = 'root users show their passkey';

/** What a sign-in still lacks. */
export type Lacking = 'nothing' | 'factor' | 'phishing-resistant-factor' | 'permission';

/** What became of a sign-in. */
export interface Judgement {
  /** What the policy of the account and the rule for privileged people demand together. */
  readonly demand: SignInOutcome;
  /** The statements that demand it, or {@link ENROLMENT_RULE}, or {@link ROOT_RULE}. */
  readonly decidedBy: readonly string[];
  readonly lacks: Lacking;
  /** Until when the person should enrol a passkey or security key, if the rule for privileged people applies and that is in the future. */
  readonly enrolBy?: number;
}

/** From when on a passkey or security key is needed. */
export interface EnrolmentDue {
  /** ms since the epoch. */
  readonly until: number;
  /** Whether for sign-ins. Else only to open roles with the rights of administrators. */
  readonly ofSignIns: boolean;
}

/** Judges sign-ins: once each, and again for an application that the policy names. */
export interface SignInJudge {
  judge(signIn: JudgedSignIn): Promise<Judgement>;
  /**
   * Judges a person who is signed in already and opens an application, if the policy tests which one that is; `undefined` if it does not.
   * Looks up nothing then. The rule for privileged people is about sign-ins only.
   */
  judgeApp(signIn: JudgedSignIn): Promise<Judgement | undefined>;
  /** Remembers where a completed sign-in came from. */
  completed(signIn: Pick<JudgedSignIn, 'person' | 'ip' | 'device' | 'language' | 'now'>): Promise<void>;
  /** Until when a person may do without a passkey or security key; `undefined` if the rule for privileged people has not applied to them. */
  enrolmentDue(person: Person): Promise<EnrolmentDue | undefined>;
  /** Whether the rule for privileged people is about this person. */
  isPrivileged(person: Person): Promise<boolean>;
  /** What would become of a sign-in. Changes nothing. */
  simulate(signIn: JudgedSignIn, given: Simulated): Promise<SimulatedJudgement>;
  readonly rule: EnrolmentRule;
  /** Whether browsers make passkeys for this server. */
  readonly hasPasskeys: boolean;
  /** What the operator supplies. */
  readonly lists: FactSources['lists'];
}

/** What differs from the stored policy and the person's own facts. */
export interface Simulated {
  /** `undefined`: there is no policy. */
  readonly document: string | undefined;
  readonly timeZone: string;
  /** The values of keys, by lower-case name, in the place of those that are looked up. */
  readonly facts: ReadonlyMap<string, ContextValue>;
}

export interface SimulatedJudgement extends Pick<Judgement, 'demand' | 'decidedBy' | 'lacks'> {
  readonly verdict: PolicyVerdict | undefined;
  /** The value of every key that has one, by lower-case name. */
  readonly facts: ReadonlyMap<string, ContextValue>;
  /** From when the rule for privileged people demands a passkey or security key; `undefined` if it does not apply. */
  readonly enrolBy: number | undefined;
}

export interface SignInJudgeDependencies extends Omit<FactSources, 'store'> {
  readonly store: Pick<IdentityStore, 'accounts' | 'users' | 'groups'>;
  readonly rule: EnrolmentRule;
  /** Whether browsers make passkeys for this server. If not, the rule for privileged people asks for any second factor instead. */
  readonly hasPasskeys: boolean;
  /** The name that usable passkeys are bound to; `undefined` if there can be none. */
  readonly rpId: string | undefined;
  /** Called with privileged people who sign in without a passkey or security key while they still may. */
  readonly warn: (person: Person, until: number) => void;
}

const ALL_KEYS = SIGNIN_KEYS.map(({ name }) => name);
const MAX_COMPILED = 200;

const UNREADABLE: PolicyVerdict = { outcome: 'refuse', decidedBy: ['unreadable policy'], statements: [] };

export function openSignInJudge(deps: SignInJudgeDependencies): SignInJudge {
  const compiled = new BoundedCache<string, SignInPolicy | 'unreadable'>(MAX_COMPILED);
  const policyOf = (text: string): SignInPolicy | 'unreadable' => {
    const known = compiled.get(text);
    if (known !== undefined) return known;
    const made = compileOrRefuse(text);
    compiled.set(text, made);
    return made;
  };
  const verdictOn = (document: string, facts: ReadonlyMap<string, ContextValue>): PolicyVerdict => {
    const policy = policyOf(document);
    return policy === 'unreadable' ? UNREADABLE : policy.verdict(facts);
  };
  const explain = async ({ document, timeZone }: StoredSignInPolicy, signIn: JudgedSignIn): Promise<PolicyVerdict> => {
    const policy = policyOf(document);
    if (policy === 'unreadable') return UNREADABLE;
    return policy.verdict(await factsOf(deps, signIn, { keys: policy.keys, timeZone }));
  };
  return {
    rule: deps.rule,
    hasPasskeys: deps.hasPasskeys,
    lists: deps.lists,
    isPrivileged: (person) => isUnderRule(deps, person),
    async simulate(signIn, given) {
      const { document, timeZone } = given;
      const found = await factsOf(deps, signIn, { keys: ALL_KEYS, timeZone });
      const facts = new Map([...found, ...given.facts].filter(([, value]) => value.length > 0));
      const verdict = document === undefined ? undefined : verdictOn(document, facts);
      const enrolBy = ruleIfPrivileged(deps.rule, signIn, facts.get('signin:privileged') === 'true');
      const isDue = enrolBy !== undefined && enrolBy <= signIn.now;
      const due = mustShowPasskey(deps, signIn.person) ? ROOT_RULE : isDue ? ENROLMENT_RULE : undefined;
      return { ...judgementOf(deps, signIn, { verdict, due }), verdict, facts, enrolBy };
    },
    async judge(signIn) {
      const { signInPolicy } = signIn.person;
      const [verdict, rule] = await Promise.all([signInPolicy && explain(signInPolicy, signIn), ruleFor(deps, signIn)]);
      const due = typeof rule === 'string' ? rule : undefined;
      const judgement = judgementOf(deps, signIn, { verdict, due });
      return { ...judgement, ...(typeof rule === 'number' && { enrolBy: rule }) };
    },
    async judgeApp(signIn) {
      const { signInPolicy } = signIn.person;
      if (signInPolicy === undefined) return undefined;
      const policy = policyOf(signInPolicy.document);
      if (policy !== 'unreadable' && !policy.keys.has('signin:App')) return undefined;
      return judgementOf(deps, signIn, { verdict: await explain(signInPolicy, signIn), due: undefined });
    },
    async enrolmentDue(person) {
      const until = enrolmentDue(deps.rule, person);
      return until === undefined ? undefined : { until, ofSignIns: await isUnderRule(deps, person) };
    },
    async completed(signIn) {
      const place = deps.lists().places?.find(signIn.ip);
      const last = place?.latitude === undefined ? undefined : { ...place, at: signIn.now };
      const { ip, device, language } = signIn;
      const { subject } = signIn.person;
      await deps.history.remember({ subject, ip, device, language, at: signIn.now }, last);
    },
  };
}

/** A policy that cannot be read refuses everyone but the root user, who can replace it. */
function compileOrRefuse(text: string): SignInPolicy | 'unreadable' {
  try {
    return compileSignInPolicy(text);
  } catch {
    return 'unreadable';
  }
}

/** Whether this is a root user who can show a passkey or security key: then it signs in with nothing weaker. */
function mustShowPasskey({ hasPasskeys, rpId }: SignInJudgeDependencies, person: Person): boolean {
  return hasPasskeys && rpId !== undefined && person.kind === 'root' && passkeysOf(person, rpId).length > 0;
}

/**
 * What the rules for root users and privileged people say: nothing, until when they may take, or the name of the one that is due. Looks up
 * nothing for a strong sign-in.
 */
async function ruleFor(deps: SignInJudgeDependencies, signIn: JudgedSignIn): Promise<number | string | undefined> {
  const { rule, hasPasskeys } = deps;
  const { person, now } = signIn;
  const strength = STRENGTH_NAMES[strengthOf(signIn)];
  const suffices = strength === 'phishing-resistant' || (!hasPasskeys && strength === 'multi-factor');
  if (!suffices && mustShowPasskey(deps, person)) return ROOT_RULE;
  if (rule.days === 0 || suffices) return undefined;
  if (!(await isUnderRule(deps, person))) return undefined;
  const until = await beginEnrolment(deps.store, rule, { holder: person, now });
  if (now >= until) return ENROLMENT_RULE;
  deps.warn(person, until);
  return until;
}

async function isUnderRule(
  { isPrivileged }: Pick<SignInJudgeDependencies, 'isPrivileged'>,
  person: Person,
): Promise<boolean> {
  return person.kind === 'root' || (await isPrivileged(person));
}

/** When the rule is due for a privileged person, if this were their first sign-in under it. */
function ruleIfPrivileged(
  rule: EnrolmentRule,
  { person, now }: JudgedSignIn,
  isPrivileged: boolean,
): number | undefined {
  if (rule.days === 0 || !isPrivileged) return undefined;
  return enrolmentDue(rule, { mustEnrolSince: person.mustEnrolSince ?? now });
}

interface Demands {
  readonly verdict: PolicyVerdict | undefined;
  /** The name of the rule that demands the strongest factor; `undefined` if none does. */
  readonly due: string | undefined;
}

function judgementOf(
  { hasPasskeys }: Pick<SignInJudgeDependencies, 'hasPasskeys'>,
  signIn: JudgedSignIn,
  { verdict, due }: Demands,
): Judgement {
  const strongest: SignInOutcome = hasPasskeys ? 'require-phishing-resistant' : 'require-factor';
  const asked = verdict?.outcome ?? 'allow';
  // Nobody could lift what keeps the root user out.
  const ofPolicy = signIn.person.kind === 'root' ? weaker(asked, strongest) : asked;
  const ofRule = due === undefined ? 'allow' : strongest;
  const demand = stronger(ofPolicy, ofRule);
  const decidedBy = [
    ...(demand === ofPolicy ? (verdict?.decidedBy ?? []) : []),
    ...(due !== undefined && demand === ofRule ? [due] : []),
  ];
  return { demand, decidedBy, lacks: lacking(signIn, demand, hasPasskeys) };
}

const stronger = (a: SignInOutcome, b: SignInOutcome): SignInOutcome =>
  OUTCOMES.indexOf(a) >= OUTCOMES.indexOf(b) ? a : b;
const weaker = (a: SignInOutcome, b: SignInOutcome): SignInOutcome => (stronger(a, b) === a ? b : a);

function lacking(signIn: JudgedSignIn, demand: SignInOutcome, hasPasskeys: boolean): Lacking {
  const strength = STRENGTH_NAMES[strengthOf(signIn)];
  switch (demand) {
    case 'allow':
      return 'nothing';
    case 'require-factor':
      return strength === 'single-factor' ? 'factor' : 'nothing';
    case 'require-phishing-resistant':
      if (strength === 'phishing-resistant') return 'nothing';
      return hasPasskeys ? 'phishing-resistant-factor' : 'permission';
    case 'refuse':
      return 'permission';
  }
}
