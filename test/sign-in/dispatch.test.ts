import { expect, test } from '@jest/globals';
import { parseForm } from '../../src/http/read-form.ts';
import type { SignInStep } from '../../src/identity/sign-in/sign-in-result.ts';
import { dueStep, runStep, SIGN_IN_STEPS } from '../../src/sign-in/dispatch.ts';
import type { SignInCall, SignInDependencies } from '../../src/sign-in/sign-in-step.ts';

type Steps = readonly SignInStep[];

function stored(steps: Steps | undefined): SignInCall {
  const pending = steps && { subject: 'AIDA', generation: 0, amr: ['pwd'], steps, person: {} };
  return { id: 'a sign-in', pending } as unknown as SignInCall;
}

test.each<[string, Steps | undefined]>([
  ['password', undefined],
  ['mfa', ['mfa']],
  ['mfa', ['mfa', 'change-password']],
  ['change-password', ['change-password']],
  ['strong-factor', ['strong-factor', 'change-password']],
  ['enrol-factor', ['enrol-factor', 'change-password']],
  ['refused', ['refused']],
])('%s is due when the remaining steps are %j', (name, steps) => {
  expect(dueStep(stored(steps)).name).toBe(name);
});

test('exactly one step is due at a time, and each has its own name', () => {
  for (const steps of [
    undefined,
    ['mfa'],
    ['change-password'],
    ['strong-factor'],
    ['enrol-factor'],
    ['refused'],
  ] as const) {
    expect(SIGN_IN_STEPS.filter((step) => step.isDue(stored(steps)))).toHaveLength(1);
  }
  expect(new Set(SIGN_IN_STEPS.map(({ name }) => name)).size).toBe(SIGN_IN_STEPS.length);
});

// Nothing is there to do it with: a step that ran all the same would throw.
const nothing = {} as SignInDependencies;

test.each<[string, Steps | undefined]>([
  ['mfa', undefined],
  ['mfa', ['change-password']],
  ['change-password', undefined],
  ['change-password', ['mfa', 'change-password']],
  ['change-password', ['enrol-factor', 'change-password']],
  ['enrol-factor', undefined],
  ['enrol-factor', ['strong-factor']],
  ['strong-factor', ['refused']],
  ['refused', undefined],
])('[S30] a form of %s does nothing when the remaining steps are %j', async (name, steps) => {
  expect(await runStep(nothing, stored(steps), { name, form: parseForm('') })).toEqual({ next: true });
});

test('a form of no step is ignored', async () => {
  expect(await runStep(nothing, stored(undefined), { name: 'toString', form: parseForm('') })).toBeUndefined();
});
