import { ServiceError } from '../../kernel/service-error.ts';
import { placeOf } from '../../policy/document/place.ts';
import { findIssues, MOST_ISSUES, type PolicyIssue } from '../../policy/validate/find-issues.ts';
import { MalformedPolicyError } from '../../policy/validate/malformed-policy.ts';
import { type PolicyKind, requireValidPolicy } from '../../policy/validate/require-valid-policy.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';

const { enumeration, integer, list, optional, required, structure, text } = shape;

/** The kinds of policies, by the names of Access Analyzer; trust policies are of their own kind. */
const KINDS = {
  IDENTITY_POLICY: 'identity',
  RESOURCE_POLICY: 'resource',
  TRUST_POLICY: 'trust',
  SERVICE_CONTROL_POLICY: 'service-control',
  RESOURCE_CONTROL_POLICY: 'resource-control',
} as const satisfies Record<string, PolicyKind>;
const KIND_NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];

/** As long as the longest policy that can be stored anywhere. */
const LONGEST = 131_072;

const FINDING = {
  FindingType: required(
    enumeration('PolicyFindingType', ['ERROR', 'WARNING']),
    '`ERROR`: the policy is not valid, and refused wherever it is saved. `WARNING`: it is valid, and probably not what was meant.',
  ),
  IssueCode: required(
    enumeration('PolicyIssueCode', [
      'MALFORMED_POLICY_DOCUMENT',
      'INVALID_SERVICE_IN_ACTION',
      'INVALID_ACTION',
      'INVALID_GLOBAL_CONDITION_KEY',
      'INVALID_SERVICE_CONDITION_KEY',
    ]),
    'What it is about. Those of warnings are codes of AWS’s Access Analyzer.',
  ),
  FindingDetails: required(text('PolicyFindingDetails'), 'The same in words, with the name that was probably meant.'),
  Line: optional(integer('PolicyLine'), 'The line in the document, from 1.'),
  Column: optional(integer('PolicyColumn'), 'The column in that line, from 1.'),
  Path: optional(text('PolicyPath'), 'The place in the document: `Statement[0].Action[1]`.'),
};
type Finding = StructureOf<typeof FINDING>;

export const ValidatePolicy = declareOperation({
  name: 'ValidatePolicy',
  documentation:
    'Checks a policy without saving it: whether it is valid, and whether the services, actions and condition keys that it names exist (docs/policy-language.md). The permission is checked on `*`.',
  readOnly: true,
  input: {
    PolicyDocument: required(text('ValidatedPolicyDocument', { length: [1, LONGEST] }), 'The policy, as JSON.'),
    PolicyType: required(enumeration('ValidatedPolicyType', KIND_NAMES), 'What the policy is for.'),
  },
  output: {
    Findings: required(
      list('PolicyFindingList', structure('PolicyFinding', FINDING)),
      `What was found, in the order of the text, up to ${MOST_ISSUES} findings. Empty: nothing. An error is the only finding.`,
    ),
  },
});

export function validatePolicyOperation({ services }: Pick<RolecallDependencies, 'services'>) {
  return declaredOperation(ValidatePolicy, {
    async authorize(_input, { caller: { accountId } }) {
      return {
        targets: [{ action: 'rolecall:ValidatePolicy', resource: '*', resourceAccountId: accountId }],
        subject: undefined,
      };
    },
    async handle({ PolicyDocument: document, PolicyType: type }) {
      const catalogue = await services();
      try {
        const parsed = requireValidPolicy(document, KINDS[type]);
        const issues = await findIssues(parsed, catalogue);
        return { Findings: issues.map((issue) => warning(issue, document, parsed.root)) };
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        return { Findings: [malformed(error)] };
      }
    },
  });
}

function warning({ code, message, at }: PolicyIssue, document: string, root: Parameters<typeof placeOf>[2]): Finding {
  return {
    FindingType: 'WARNING',
    IssueCode: code,
    FindingDetails: message,
    ...shownPlace(placeOf(document, at, root)),
  };
}

function malformed(error: ServiceError): Finding {
  return {
    FindingType: 'ERROR',
    IssueCode: 'MALFORMED_POLICY_DOCUMENT',
    FindingDetails: error.message,
    ...(error instanceof MalformedPolicyError && shownPlace(error.place)),
  };
}

function shownPlace({ line, column, path }: ReturnType<typeof placeOf>): Pick<Finding, 'Line' | 'Column' | 'Path'> {
  return { Line: line, Column: column, ...(path !== '' && { Path: path }) };
}
