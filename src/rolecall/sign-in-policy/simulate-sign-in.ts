import { isIP } from 'node:net';
import type { Target } from '../../authorize/target.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { StoredSignInPolicy } from '../../identity/documents/account.ts';
import { personBehind } from '../../identity/sessions/caller.ts';
import type { Simulated, SimulatedJudgement } from '../../identity/sign-in-policy/judge-sign-in.ts';
import { requireValidSignInPolicy } from '../../identity/sign-in-policy/require-valid-sign-in-policy.ts';
import { iamArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { findSignInKey, SIGNIN_KEYS } from '../../policy/catalogue/signin-keys.ts';
import type { ContextValue } from '../../policy/request.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import type { StructureOf, ValueOf } from '../shapes/shape.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { policyTarget } from './policy-target.ts';
import { MALFORMED_POLICY, requireTimeZone } from './put-sign-in-policy.ts';
import type { OUTCOME } from './sign-in-policy-shapes.ts';
import { simulatedSignIn } from './simulated-sign-in.ts';
import { SIMULATION_INPUT, SIMULATION_OUTPUT } from './simulation-shapes.ts';

/** Says what would become of a sign-in. */
export const SimulateSignIn = declareOperation({
  name: 'SimulateSignIn',
  documentation:
    'Says what the sign-in policy of the account, or one that is given, demands of a sign-in, and why: which statements decide, which conditions do not hold, and the value of every key. Changes nothing. The permission is checked on `arn:aws:rolecall::<account>:sign-in-policy`, and if a user is named, on the ARN of the user as well.',
  readOnly: true,
  input: SIMULATION_INPUT,
  output: SIMULATION_OUTPUT,
  errors: [USER_ERRORS.NoSuchUser, MALFORMED_POLICY],
});

type Input = StructureOf<typeof SIMULATION_INPUT>;

export function simulateSignInOperation({ signIns, store }: Pick<RolecallDependencies, 'signIns' | 'store'>) {
  return declaredOperation(SimulateSignIn, {
    async authorize({ UserName }, { caller }) {
      const { accountId } = caller;
      const target = policyTarget(SimulateSignIn, accountId);
      if (UserName === undefined) {
        const subject = personBehind(caller);
        return {
          targets: [target],
          subject: subject === undefined ? undefined : await signIns.people.bySubject(subject),
        };
      }
      const person = await signIns.people.byUserName(accountId, UserName);
      return { targets: [target, userTarget(target, UserName, person)], subject: person };
    },
    async handle(input, { caller: { accountId }, source, now }, person) {
      if (person === undefined) throw nobody(input.UserName);
      const policy = await policyOf(input, async () => (await store.accounts.get([accountId]))?.signInPolicy);
      const facts = givenFacts(input);
      const judgement = await simulatedSignIn(signIns.judge, {
        ...policy,
        person,
        facts,
        ip: addressOf(input, source.ip),
        now: input.SignInTime?.getTime() ?? now,
        amr: amrOf(facts),
      });
      return shown(judgement, facts);
    },
  });
}

function userTarget(target: Target, userName: string, person: Person | undefined): Target {
  const { resourceAccountId } = target;
  const resource = person?.arn ?? iamArn(resourceAccountId, 'user', '/', userName);
  return { ...target, resource, called: `user ${userName}`, ...(person?.tags && { resourceTags: person.tags }) };
}

function nobody(userName: string | undefined): ServiceError {
  const message =
    userName === undefined
      ? 'The caller is nobody who signs in. Name a user.'
      : `There is no user with the name ${userName} who can sign in.`;
  return new ServiceError(USER_ERRORS.NoSuchUser, message);
}

async function policyOf(
  { PolicyDocument: document, TimeZone }: Input,
  stored: () => Promise<StoredSignInPolicy | undefined>,
): Promise<Pick<Simulated, 'document' | 'timeZone'>> {
  if (TimeZone !== undefined) requireTimeZone(TimeZone);
  if (document !== undefined) {
    requireValidSignInPolicy(document);
    return { document, timeZone: TimeZone ?? 'UTC' };
  }
  const found = await stored();
  return { document: found?.document, timeZone: TimeZone ?? found?.timeZone ?? 'UTC' };
}

function addressOf({ SourceIp }: Input, own: string): string {
  if (SourceIp === undefined) return own;
  if (isIP(SourceIp) === 0) throw invalid(`SourceIp: ${SourceIp} is not an address`);
  return SourceIp;
}

function givenFacts({ Facts = [] }: Input): ReadonlyMap<string, ContextValue> {
  const given = new Map<string, ContextValue>();
  for (const { Key, Values } of Facts) {
    const key = findSignInKey(Key);
    if (key === undefined) throw invalid(`Facts: there is no key ${Key}`);
    const [only, ...more] = Values;
    if (!key.multivalued && more.length > 0) throw invalid(`Facts: ${key.name} has one value`);
    const strange = Values.find((value) => key.values !== undefined && !key.values.includes(value));
    if (strange !== undefined) throw invalid(`Facts: ${key.name} is never ${strange}`);
    given.set(key.name.toLowerCase(), key.multivalued ? Values : (only ?? NO_VALUE));
  }
  return given;
}

/** An empty list of values is no value. */
const NO_VALUE: ContextValue = [];

/** What a person would have shown for a sign-in of the given strength; a password alone by default. */
function amrOf(facts: ReadonlyMap<string, ContextValue>): readonly string[] {
  const methods = facts.get('signin:methods');
  if (Array.isArray(methods)) return methods;
  switch (facts.get('signin:strength')) {
    case 'phishing-resistant':
      return ['hwk', 'user', 'mfa'];
    case 'multi-factor':
      return ['pwd', 'otp', 'mfa'];
    default:
      return ['pwd'];
  }
}

const OUTCOME_NAMES = {
  allow: 'ALLOW',
  'require-factor': 'REQUIRE_FACTOR',
  'require-phishing-resistant': 'REQUIRE_PHISHING_RESISTANT_FACTOR',
  refuse: 'REFUSE',
} as const satisfies Record<SimulatedJudgement['demand'], ValueOf<typeof OUTCOME>>;

const LACKS_NAMES = {
  nothing: 'NOTHING',
  factor: 'FACTOR',
  'phishing-resistant-factor': 'PHISHING_RESISTANT_FACTOR',
  permission: 'PERMISSION',
} as const satisfies Record<SimulatedJudgement['lacks'], string>;

function shown(
  { demand, lacks, decidedBy, verdict, facts, enrolBy }: SimulatedJudgement,
  given: ReadonlyMap<string, ContextValue>,
): StructureOf<typeof SIMULATION_OUTPUT> {
  return {
    Outcome: OUTCOME_NAMES[demand],
    Lacks: LACKS_NAMES[lacks],
    DecidedBy: decidedBy,
    Statements: (verdict?.statements ?? []).map(({ name, index, demands, unmet }) => ({
      Name: name,
      Index: index,
      Applies: demands !== undefined,
      ...(demands !== undefined && { Demands: OUTCOME_NAMES[demands] }),
      Unmet: unmet.map(({ operator, key, wanted, actual }) => ({
        Operator: operator,
        Key: key,
        Wanted: wanted,
        Actual: valuesOf(actual),
      })),
    })),
    Facts: SIGNIN_KEYS.map(({ name }) => {
      const values = valuesOf(facts.get(name.toLowerCase()));
      const source = given.has(name.toLowerCase()) ? 'GIVEN' : values.length > 0 ? 'LOOKED_UP' : 'ABSENT';
      return { Key: name, Values: values, Source: source };
    }),
    ...(enrolBy !== undefined && { EnrolBy: new Date(enrolBy) }),
  };
}

const valuesOf = (value: ContextValue | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

function invalid(problem: string): ServiceError {
  return new ServiceError('ValidationError', `1 validation error detected: ${problem}`);
}
