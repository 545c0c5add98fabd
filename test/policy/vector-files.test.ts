import { describe, expect, test } from '@jest/globals';
import { readVectors, vectorNames } from './vector-files.ts';

interface AnyVector {
  readonly source: string;
}

const NAMES = vectorNames('');

describe('vector files', () => {
  test('contain at least 600 cases', () => {
    expect(NAMES.flatMap((name) => readVectors(name).cases).length).toBeGreaterThanOrEqual(600);
  });

  test.each(NAMES)('%s: each case has a source, each source has cases, and there are no duplicates', (name) => {
    const { title, sources, cases } = readVectors<AnyVector>(name);
    expect(title).not.toBe('');
    expect(new Set(cases.map((vector) => vector.source))).toEqual(new Set(Object.keys(sources)));
    for (const source of Object.values(sources)) {
      expect(source).toMatch(/^(Choice: |aws-behaviour|IAM|STS|AWS|Organizations|SECURITY|Create|Place)/);
    }
    expect(new Set(cases.map((vector) => JSON.stringify(vector))).size).toBe(cases.length);
  });
});
