import type { AuthorizationRequest } from '../src/policy/request.ts';

/**
 * The decisions to make: one principal with ten policies, made of statements that every engine's language can express. The numbers
 * determine everything else, so each run measures the same workload.
 */
export interface WorkloadStatement {
  readonly effect: 'Allow' | 'Deny';
  /** Exact, or with a trailing star. */
  readonly actions: readonly string[];
  /** With a trailing star. */
  readonly resources: readonly string[];
  readonly condition: WorkloadCondition | undefined;
}

export type WorkloadCondition =
  | { readonly kind: 'team'; readonly team: string }
  | { readonly kind: 'secure' }
  | { readonly kind: 'network'; readonly range: string };

export interface WorkloadContext {
  readonly team: string;
  readonly secure: boolean;
  readonly sourceIp: string;
}

export interface WorkloadRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: WorkloadContext;
}

export interface Workload {
  /** Ten policies with the given number of statements. */
  readonly policies: readonly (readonly WorkloadStatement[])[];
  /** The policy of the resource, which applies to everyone. */
  readonly resourcePolicy: readonly WorkloadStatement[];
  readonly requests: readonly WorkloadRequest[];
}

const ACCOUNT = '111122223333';
const SERVICES = ['s3', 'ec2', 'sqs', 'sns', 'dynamodb', 'lambda', 'iam', 'kms', 'logs', 'ecs'];
const VERBS = ['Get', 'List', 'Put', 'Delete', 'Create', 'Describe', 'Update'];
const NOUNS = ['Object', 'Item', 'Policy', 'Queue', 'Version', 'Tag', 'Key', 'Group'];
const TEAMS = ['blue', 'green', 'red'];
const POLICIES = 10;
const REQUESTS = 1000;

/** A repeatable pseudorandom sequence of integers below a bound (mulberry32). */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Generates the workload, with the given number of statements in each of the ten policies. */
export function makeWorkload(statementsPerPolicy: number): Workload {
  const next = sequence(20_261_122);
  const pick = <Item>(items: readonly Item[]): Item => items[next(items.length)] as Item;
  const count = POLICIES * statementsPerPolicy;
  const project = () => `project-${next(count)}`;
  const resourceOf = (service: string, name: string) => `arn:aws:${service}:eu-west-1:${ACCOUNT}:${name}/`;

  const statement = (index: number): WorkloadStatement => {
    const service = SERVICES[index % SERVICES.length] as string;
    const exact = () => `${service}:${pick(VERBS)}${pick(NOUNS)}`;
    return {
      effect: index % 10 === 9 ? 'Deny' : 'Allow',
      actions: index % 2 === 0 ? [exact(), exact(), exact()] : [`${service}:${pick(VERBS)}*`, exact()],
      resources: [`${resourceOf(service, `project-${index}`)}*`, `${resourceOf(service, project())}shared-*`],
      condition: index % 3 === 0 ? conditionOf(index) : undefined,
    };
  };
  const conditionOf = (index: number): WorkloadCondition => {
    const kinds: readonly WorkloadCondition[] = [
      { kind: 'team', team: pick(TEAMS) },
      { kind: 'secure' },
      { kind: 'network', range: '10.0.0.0/8' },
    ];
    return kinds[(index / 3) % 3] as WorkloadCondition;
  };
  const policies = Array.from({ length: POLICIES }, (_, policy) =>
    Array.from({ length: statementsPerPolicy }, (_none, index) => statement(policy * statementsPerPolicy + index)),
  );

  const all = policies.flat();
  const requests = Array.from({ length: REQUESTS }, (_, index): WorkloadRequest => {
    const about = pick(all);
    const service = (about.actions[0] as string).split(':')[0] as string;
    // Three out of four requests match the action and resource of a statement.
    const [action, resource] =
      index % 4 === 0
        ? [`${service}:${pick(VERBS)}${pick(NOUNS)}`, `${resourceOf(service, project())}item-${index}`]
        : [pick(about.actions).replace('*', pick(NOUNS)), pick(about.resources).replace('*', `item-${index}`)];
    const context = { team: pick(TEAMS), secure: next(5) > 0, sourceIp: next(3) > 0 ? '10.1.2.3' : '192.0.2.7' };
    return { action, resource, context };
  });
  const resourcePolicy: readonly WorkloadStatement[] = [
    { effect: 'Deny', actions: ['s3:Delete*'], resources: ['arn:aws:s3:*'], condition: undefined },
    { effect: 'Allow', actions: ['sqs:GetItem'], resources: ['arn:aws:sqs:*'], condition: { kind: 'secure' } },
  ];
  return { policies, resourcePolicy, requests };
}

/** The caller, in our engine's format. */
export const CALLER: AuthorizationRequest['principal'] = {
  type: 'User',
  arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
  accountId: ACCOUNT,
  uniqueId: 'AIDAALICE0000000',
};
