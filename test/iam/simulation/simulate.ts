import type { SimulateCustomPolicyRequest, SimulatePrincipalPolicyRequest } from '@aws-sdk/client-iam';
import type { SimulationAnswer } from '../../../src/iam/simulation/run-simulation.ts';
import type { ResultOutput } from '../../../src/iam/simulation/simulation-output.ts';
import { ACCOUNT_ID, type IamUnderTest } from '../support/iam-under-test.ts';

export const ALICE = `arn:aws:iam::${ACCOUNT_ID}:user/alice`;

/** A policy of one statement; `Allow` on everything where nothing else is said. */
export function policy(statement: object = {}, version = '2012-10-17'): string {
  const Statement = { Effect: 'Allow', Action: '*', Resource: '*', ...statement };
  return JSON.stringify({ Version: version, Statement });
}

export function custom(iam: IamUnderTest, input: Partial<SimulateCustomPolicyRequest>): Promise<SimulationAnswer> {
  return iam.call('SimulateCustomPolicy', { PolicyInputList: [], ActionNames: ['s3:GetObject'], ...input });
}

export function principal(
  iam: IamUnderTest,
  input: Partial<SimulatePrincipalPolicyRequest>,
): Promise<SimulationAnswer> {
  return iam.call('SimulatePrincipalPolicy', { PolicySourceArn: ALICE, ActionNames: ['s3:GetObject'], ...input });
}

/** The one result of a simulation of one action. */
export function only({ EvaluationResults }: SimulationAnswer): ResultOutput {
  const [result] = EvaluationResults;
  if (result === undefined || EvaluationResults.length > 1) throw new Error('not one result');
  return result;
}

/** What stands between the positions of a policy's text, as a reader of the answer would cut it out. */
export function decisions({ EvaluationResults }: SimulationAnswer): readonly string[] {
  return EvaluationResults.map(({ EvalDecision }) => String(EvalDecision));
}
