import { expect, test } from '@jest/globals';
import { namedCaller } from '../../src/evaluation/simulated-caller.ts';
import { type GivenPolicies, readSimulatedPolicies } from '../../src/evaluation/simulated-policies.ts';
import { evaluate, scenariosOf } from '../../src/evaluation/simulation.ts';

const ALICE = 'arn:aws:iam::123456789012:user/alice';
const RESOURCES = ['arn:aws:s3:::bucket/alice/x', 'arn:aws:s3:::bucket/bob/x'];
const noPause = async (): Promise<void> => {};

function policy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statement });
}

/** What each resource's request comes to, and what each layer says of it. */
async function simulate(given: Partial<GivenPolicies>) {
  const none = (parameter: string) => ({ texts: undefined, parameter });
  const policies = await readSimulatedPolicies(
    {
      identity: none('identity'),
      boundary: none('boundary'),
      serviceControl: undefined,
      resource: undefined,
      ...given,
    },
    { isAboutTrust: false },
    noPause,
  );
  const simulation = {
    actions: ['s3:GetObject'],
    resources: RESOURCES,
    policies,
    caller: namedCaller(ALICE),
    given: new Map(),
    ownerOfOthers: '123456789012',
    now: 0,
  };
  const stage = { scenarios: await scenariosOf(simulation, noPause), layers: policies.layers };
  const evaluations = await evaluate('s3:GetObject', stage, noPause);
  return evaluations.map(({ decision, layers }) => [decision, ...layers.map(({ layer, verdict }) => [layer, verdict])]);
}

const OWN_FOLDER = policy({
  Effect: 'Allow',
  Action: 's3:*',
  Resource: 'arn:aws:s3:::bucket/${aws:username}/*',
});

test('each resource is decided separately, with the verdict of each layer', async () => {
  const identity = { texts: [OWN_FOLDER], parameter: 'identity' };
  expect(await simulate({ identity })).toEqual([
    ['allowed', ['identity', 'allowed']],
    ['implicitDeny', ['identity', 'implicitDeny']],
  ]);
});

test('a level of the organisation without policies allows nothing, and is named', async () => {
  const identity = { texts: [OWN_FOLDER], parameter: 'identity' };
  const [allowed] = await simulate({ identity, serviceControl: [{ texts: [], parameter: 'root' }] });
  expect(allowed).toEqual(['implicitDeny', ['scp', 'implicitDeny'], ['identity', 'allowed']]);
});

test('a second boundary is refused with the name of its parameter', async () => {
  const boundary = { texts: [OWN_FOLDER, OWN_FOLDER], parameter: 'Boundaries' };
  await expect(simulate({ boundary })).rejects.toThrow(
    'Invalid Boundaries: only one permissions boundary can be in effect',
  );
});
