import { expect, test } from '@jest/globals';
import { IAM_ERRORS } from '../../src/identity/rules/iam-errors.ts';
import { COMMON_ERRORS } from '../../src/kernel/service-error.ts';
import { STS_ERRORS } from '../../src/sts/sts-errors.ts';
import { constraintsOfService } from '../../src/wire/constraints/constraints-of.ts';

test.each([
  ['iam', IAM_ERRORS],
  ['sts', STS_ERRORS],
] as const)("each code of %s is one of its model, with the model's status", (service, table) => {
  const { errorStatus } = constraintsOfService(service);
  for (const { code, status } of Object.values(table)) expect([code, status]).toEqual([code, errorStatus[code]]);
});

test('no model gives a common code another status', () => {
  for (const service of ['iam', 'sts'] as const) {
    for (const code of Object.keys(constraintsOfService(service).errorStatus))
      expect(COMMON_ERRORS).not.toHaveProperty(code);
  }
});
