import { LONGEST_SIGN_IN_POLICY } from '../../identity/sign-in-policy/require-valid-sign-in-policy.ts';
import { shape } from '../shapes/shape.ts';
import { OUTCOME, REPORTED_TEXT, REPORTED_TEXTS, TIME_ZONE_MEMBER } from './sign-in-policy-shapes.ts';

const { boolean, enumeration, integer, list, optional, required, structure, text, timestamp } = shape;

const FACT_VALUE = text('SignInFactValue', { length: [0, 256], audited: true });

const GIVEN_FACT = structure(
  'GivenSignInFact',
  {
    Key: required(
      text('SignInFactKey', { length: [8, 64], pattern: '[Ss]ign[Ii]n:[A-Za-z]+', audited: true }),
      'The key.',
    ),
    Values: required(
      list('SignInFactValueList', FACT_VALUE, { length: [0, 50] }),
      'Its values. Empty: the key has no value.',
    ),
  },
  { documentation: 'The value of a key that the simulation is to assume.' },
);

export const SIMULATION_INPUT = {
  UserName: optional(
    text('SimulatedUserName', { length: [1, 64], pattern: '[\\w+=,.@-]+', audited: true }),
    'The user who signs in. Default: the caller.',
  ),
  PolicyDocument: optional(
    text('SimulatedPolicyDocument', { length: [1, LONGEST_SIGN_IN_POLICY], audited: true }),
    'A policy to try. Default: that of the account.',
  ),
  TimeZone: TIME_ZONE_MEMBER,
  SourceIp: optional(
    text('SimulatedSourceIp', { length: [2, 45], pattern: '[0-9A-Fa-f:.]+', audited: true }),
    'The address of the browser. Default: that of the caller.',
  ),
  SignInTime: optional(timestamp('SimulatedSignInTime'), 'When it happens. Default: now.'),
  Facts: optional(
    list('GivenSignInFactList', GIVEN_FACT, { length: [0, 30] }),
    'The values of keys that are to be assumed, such as `signin:Strength`. Other keys have the value that they would have for the person, the address and the time, in a browser that is new to them, with a password alone.',
  ),
};

const CONDITION = structure(
  'UnmetSignInCondition',
  {
    Operator: required(REPORTED_TEXT, 'The operator.'),
    Key: required(REPORTED_TEXT, 'The key.'),
    Wanted: required(REPORTED_TEXTS, 'The values of the condition.'),
    Actual: required(REPORTED_TEXTS, 'The value of the key. Empty if it has none.'),
  },
  { documentation: 'A condition that does not hold.' },
);

const STATEMENT = structure(
  'JudgedSignInStatement',
  {
    Name: required(REPORTED_TEXT, 'The `Sid`, or `Statement 2`.'),
    Index: required(integer('SignInStatementIndex'), 'Its place, counted from 0.'),
    Applies: required(boolean('StatementApplies'), 'Whether all its conditions hold.'),
    Demands: optional(OUTCOME, 'What it demands of this sign-in. Absent if it does not apply.'),
    Unmet: required(list('UnmetSignInConditionList', CONDITION), 'The conditions that keep it from applying.'),
  },
  { documentation: 'What one statement says to the sign-in.' },
);

const FACT = structure(
  'SignInFact',
  {
    Key: required(REPORTED_TEXT, 'The key.'),
    Values: required(REPORTED_TEXTS, 'Its values. Empty if it has none.'),
    Source: required(
      enumeration('SignInFactSource', ['GIVEN', 'LOOKED_UP', 'ABSENT']),
      '`GIVEN`: by the request. `LOOKED_UP`: of the person, the address or the time. `ABSENT`: it has no value.',
    ),
  },
  { documentation: 'The value of a key.' },
);

export const SIMULATION_OUTPUT = {
  Outcome: required(OUTCOME, 'What is demanded of the sign-in.'),
  Lacks: required(
    enumeration('SignInLacks', ['NOTHING', 'FACTOR', 'PHISHING_RESISTANT_FACTOR', 'PERMISSION']),
    'What the sign-in would still lack: the person would be asked for a factor, or to add one; with `PERMISSION`, it would be refused.',
  ),
  DecidedBy: required(
    REPORTED_TEXTS,
    'The statements that demand it, or `administrators enrol a passkey`, the rule of the server. Empty for `ALLOW`.',
  ),
  Statements: required(list('JudgedSignInStatementList', STATEMENT), 'Every statement of the policy.'),
  Facts: required(list('SignInFactList', FACT), 'The value of every key.'),
  EnrolBy: optional(
    timestamp('EnrolBy'),
    'From when the server demands a passkey or security key of this person, who is privileged.',
  ),
};
