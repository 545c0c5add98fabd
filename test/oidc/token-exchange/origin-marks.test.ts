import { expect, test } from '@jest/globals';
import { systemRandom } from '../../../src/kernel/random.ts';
import { originMarks } from '../../../src/oidc/token-exchange/origin-marks.ts';

const marks = originMarks(Buffer.alloc(32, 1), systemRandom());
const issued = [{ clientId: 'web', iat: 1 }];
const origin = { link: 'l', generation: 0, at: 1, strength: 'phr' } as const;
const person = { kind: 'person', subject: 'AIDAANN', login: { generation: 0, origin }, issued } as const;

test('[S18] a mark is read for its own token only', () => {
  const mark = marks.make('one', person);
  expect(marks.read('one', mark)).toMatchObject(person);
  expect(marks.read('other', mark)).toBeUndefined();
  expect(marks.read('one', marks.make('one', { kind: 'machine', issued }))).toEqual({ kind: 'machine', issued });
});

test('[S36] a person’s mark that cannot be read, as one of a later version, is not taken for a machine’s', () => {
  const later = { ...person, login: { generation: 0, origin: { ...origin, strength: 'later' } } };
  expect(marks.read('one', marks.make('one', later as never))).toBeUndefined();
});
