import { randomBytes } from 'node:crypto';
import { authorizationMessages } from '../src/authorize/authorization-messages.ts';
import { denialMessage, type Verdict } from '../src/authorize/authorizer.ts';
import { requestContext } from '../src/authorize/context.ts';
import type { Target } from '../src/authorize/target.ts';
import type { Caller } from '../src/identity/sessions/caller.ts';
import { systemRandom } from '../src/kernel/random.ts';
import { decide } from '../src/policy/combine/decide.ts';
import { compilePolicyText } from '../src/policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../src/policy/compile/policy-set.ts';
import type { Bench, PreparedBench } from './bench.ts';
import { policyText } from './decision-engines.ts';
import { makeWorkload } from './decision-workload.ts';

const accountId = '111122223333';
const userName = 'alice';
const uniqueId = 'AIDAAAAAAAAAAAAAAAAA';
const arn = `arn:aws:iam::${accountId}:user/${userName}`;
const caller: Caller = { type: 'User', accountId, arn, userId: uniqueId, uniqueId, userName, accessKeyId: 'AKIA' };
const source = { ip: '192.0.2.1', userAgent: 'aws-cli/2.9.19', referer: undefined, secure: true, region: 'us-east-1' };

/** A call that no policy allows. */
function deny(identity: PolicySet): Verdict {
  const target: Target = { action: 's3:GetObject', resource: 'arn:aws:s3:::nobody/x', resourceAccountId: accountId };
  const context = requestContext({ caller, principalTags: [], source, now: Date.now(), target });
  const principal = { type: caller.type, arn, accountId, uniqueId };
  const request = {
    principal,
    action: target.action,
    resource: target.resource,
    resourceAccountId: accountId,
    context,
  };
  return { request, decision: decide(request, { identity }) };
}

function prepare(statementsPerPolicy: number): PreparedBench {
  const identity = compilePolicySet(
    makeWorkload(statementsPerPolicy).policies.map((statements, index) =>
      compilePolicyText(policyText(statements, false), { id: `policy-${index}`, type: 'managed' }),
    ),
  );
  if (deny(identity).decision.cause !== 'no-allow') throw new Error('the call is to be denied for want of an Allow');
  const keyRing = { secret: () => key };
  const key = randomBytes(32);
  // If explaining appears to take no time, every denial is explained. If the first one appears to take forever, no other is.
  const times = [0, 0];
  const unlimited = authorizationMessages({ keyRing, random: systemRandom(), elapsed: () => 0 });
  const limited = authorizationMessages({ keyRing, random: systemRandom(), elapsed: () => times.pop() ?? 1e12 });
  return {
    variants: {
      'the sentence': { kind: 'sync', call: () => denialMessage(deny(identity)) },
      'the encoded message': { kind: 'sync', call: () => limited.encode(deny(identity)) },
      'the encoded message, explained': { kind: 'sync', call: () => unlimited.encode(deny(identity)) },
    },
  };
}

/** The cost of a denial beyond the decision: the message for the caller, and the encoded message for those allowed to decode it. */
export const benches: readonly Bench[] = [
  { name: 'denial-50', against: 'the sentence', prepare: () => prepare(5) },
  { name: 'denial-500', against: 'the sentence', prepare: () => prepare(50) },
];
