import { describe, expect, test } from '@jest/globals';
import { templateProblem, templateValues } from '../../../src/identity/applications/mapping/templates.ts';

/** A variable as templates name it. */
const of = (name: string): string => `$\{${name}}`;

describe('a template', () => {
  const facts: Readonly<Record<string, readonly string[]>> = {
    'user:name': ['Alice'],
    'user:groups': ['dev', 'ops'],
    'account:id': ['123456789012'],
    'user:tag/cost centre': ['42'],
  };
  const valuesOf = (template: string) => templateValues(template, (variable) => facts[variable] ?? []);

  test.each<[string, readonly string[]]>([
    ['constant', ['constant']],
    [of('user:name'), ['Alice']],
    [`${of('user:name')}@${of('account:id')}`, ['Alice@123456789012']],
    [`role/${of('user:groups')},p`, ['role/dev,p', 'role/ops,p']],
    [of('user:tag/cost centre'), ['42']],
    [`mail:${of('user:email')}`, []],
    ['price: 5$', ['price: 5$']],
  ])('%s gives %j', (template, values) => {
    expect(templateProblem(template)).toBeUndefined();
    expect(valuesOf(template)).toEqual(values);
  });

  test.each<[string, RegExp]>([
    [of('user:password'), /unknown variable: \$\{user:password\}/],
    [of('user:tag/'), /unknown variable/],
    [of('user:tag/a{b'), /not closed/],
    ['${user:name', /not closed/],
    [`${of('user:groups')}${of('user:groups')}`, /twice/],
    ['x'.repeat(1025), /at most 1024/],
  ])('%s is refused', (template, problem) => expect(templateProblem(template)).toMatch(problem));

  test('a value that looks like a variable is not replaced again', () => {
    const values = templateValues(of('user:name'), () => [of('user:email')]);
    expect(values).toEqual([of('user:email')]);
  });
});
