import type { GatheredPolicy } from '../authorize/gather-policies.ts';
import { IAM_ERRORS } from '../identity/rules/iam-errors.ts';
import type { Pause } from '../kernel/pause.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { type CompiledPolicy, compilePolicy, compilePolicyText } from '../policy/compile/compile-policy.ts';
import type { PolicySource } from '../policy/compile/compiled-policy.ts';
import { conditionKeysOf } from '../policy/compile/condition-keys-of.ts';
import { compilePolicySet } from '../policy/compile/policy-set.ts';
import { parseDocument } from '../policy/document/parse-document.ts';
import type { PolicyDocument } from '../policy/document/policy-document.ts';
import { type PolicyKind, requireValidPolicy } from '../policy/validate/require-valid-policy.ts';
import { invalidInput } from './invalid-input.ts';

/** A policy in a simulation. */
export interface SimulatedPolicy {
  readonly compiled: CompiledPolicy;
  readonly document: PolicyDocument;
  /** The response's `SourcePolicyId`. */
  readonly id: string;
}

/** A policy given in the request. */
export interface InputPolicy {
  readonly text: string;
  /** Its name in the response and in messages: `PolicyInputList.1`. */
  readonly id: string;
  readonly kind: PolicyKind;
  readonly type: PolicySource['type'];
}

/** Reads a policy given in the request. @throws {ServiceError} InvalidInput, with the position, if it is not valid for its kind. */
export async function readInputPolicy({ text, id, kind, type }: InputPolicy, pause: Pause): Promise<SimulatedPolicy> {
  await pause();
  const document = requireValidInput(text, id, kind);
  await pause();
  const compiled = compilePolicy(document, { id, type });
  // A valid policy always compiles. If one ever does not, it must not be treated like an empty policy.
  if (compiled.error !== undefined) throw invalidInput(`${id}: the policy cannot be evaluated`, compiled.error);
  return { compiled, document, id };
}

/** Policies given in the request, and the parameter that they came in, for ids and messages. */
export interface PolicyTexts {
  readonly texts: readonly string[] | undefined;
  readonly parameter: string;
}

/** A list of policies given in the request, and their type. */
export interface InputList extends PolicyTexts {
  readonly type: 'inline' | 'boundary' | 'scp';
}

/** Reads a list of policies given in the request. Their ids are numbered from 1. */
export async function readInputPolicies(
  { texts = [], parameter, type }: InputList,
  pause: Pause,
): Promise<readonly SimulatedPolicy[]> {
  // Validated like session policies: without a principal, and in either version of the policy language.
  const kind = type === 'scp' ? 'service-control' : 'session';
  const policies: SimulatedPolicy[] = [];
  for (const [index, text] of texts.entries()) {
    policies.push(await readInputPolicy({ text, id: `${parameter}.${index + 1}`, kind, type }, pause));
  }
  return policies;
}

function requireValidInput(text: string, id: string, kind: PolicyKind): PolicyDocument {
  try {
    return requireValidPolicy(text, kind);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw invalidInput(`${id}: ${error.message}`, error);
  }
}

/** Reads stored policies. @throws {ServiceError} PolicyEvaluation */
export async function readStoredPolicies(
  policies: readonly GatheredPolicy[],
  pause: Pause,
): Promise<readonly SimulatedPolicy[]> {
  const read: SimulatedPolicy[] = [];
  for (const policy of policies) {
    await pause();
    read.push(readStoredPolicy(policy));
  }
  return read;
}

/**
 * Reads a stored policy from the same text as the live engine.
 * @throws {ServiceError} PolicyEvaluation if it cannot be read, in which case the live engine denies everything.
 */
export function readStoredPolicy({ text, source, policyName, holder }: GatheredPolicy): SimulatedPolicy {
  const compiled = compilePolicyText(text, source);
  if (compiled.error !== undefined) {
    const message = `The policy ${policyName} of the ${holder.type} ${holder.name} cannot be evaluated: it denies everything.`;
    throw new ServiceError(IAM_ERRORS.PolicyEvaluation, message, { cause: compiled.error });
  }
  const id = source.type === 'inline' ? `${holder.type}_${holder.name}_${policyName}` : policyName;
  return { compiled, document: parseDocument(text), id };
}

/** The condition keys that policies use, each once, spelled as in its first use. */
export function keysAskedFor(policies: readonly Pick<SimulatedPolicy, 'document'>[]): readonly string[] {
  const keys = new Map<string, string>();
  for (const { document } of policies) {
    for (const key of conditionKeysOf(document)) {
      if (!keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), key);
    }
  }
  return [...keys.values()];
}

export function setOf(policies: readonly SimulatedPolicy[]) {
  return compilePolicySet(policies.map(({ compiled }) => compiled));
}
