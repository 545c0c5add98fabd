import { expect, test } from '@jest/globals';
import type { EphemeralKey } from '../../src/ports/ephemeral-key.ts';
import { EPHEMERAL_KEYS } from '../../src/ports/ephemeral-keys.ts';

const declarations = Object.values<EphemeralKey<string>>(EPHEMERAL_KEYS);

const placeholders = (format: string): readonly string[] => format.match(/<[^>]*>/g) ?? [];

test.each(declarations.map((each) => [each.format, each] as const))(
  '%s: its parts are put in order',
  (format, each) => {
    expect((each.of as (...parts: readonly string[]) => string)(...placeholders(format))).toBe(format);
  },
);

test('a key belongs to one format only', () => {
  const patterns = declarations.map(
    ({ format }) => new RegExp(`^${format.replace(/<Model>/g, '[A-Z]\\w*').replace(/<[^>]*>/g, '[^/]+')}$`),
  );
  for (const { format } of declarations) {
    const key = format.replace(/<Model>/g, 'Session').replace(/<[^>]*>/g, 'x');
    expect(patterns.filter((pattern) => pattern.test(key))).toHaveLength(1);
  }
});
