import { X509Certificate } from 'node:crypto';
import * as z from 'zod';
import type { Problem, ReadSettingFile, SettingsOrigin } from './connector-kind.ts';

const NO_CERTIFICATE = 'must be a certificate in PEM';

/** In seconds. */
export const SHORTEST_RECHECK = 60;
/** In seconds: nothing that continues a login lives longer. */
export const LONGEST_RECHECK = 14 * 24 * 3600;

/** The settings of a client at an outside OAuth 2 or OpenID Connect provider, which several kinds share. */
export const clientFields = {
  clientId: z.string('is needed, and must be a text').min(1).max(255).describe('The client id given by the provider.'),
  clientSecret: z.string().min(1, 'must not be empty').optional().describe('The client secret given by the provider.'),
  clientSecretFile: z.string().min(1).optional().describe('A file with the client secret, instead of `clientSecret`.'),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be a scope'), 'must be a list').optional(),
  ca: z
    .string()
    .refine(isCertificate, NO_CERTIFICATE)
    .optional()
    .describe('PEM certificates of the only certificate authorities to trust for this provider.'),
  recheckAfter: z
    .int('must be a whole number of seconds')
    .min(SHORTEST_RECHECK, `must be at least ${SHORTEST_RECHECK} seconds`)
    .max(LONGEST_RECHECK, `must be at most ${LONGEST_RECHECK} seconds`)
    .optional()
    .describe(
      'How old the provider’s word may be, in seconds, before a use of a refresh token or browser session of ours asks it again. It then has to give refresh tokens to this client. Default: it is not asked.',
    ),
  caFile: z.string().min(1).optional().describe('A file with these certificates, instead of `ca`.'),
};

/** @throws {Error} */
export function readCertificate(text: string): void {
  if (!isCertificate(text)) throw new Error(NO_CERTIFICATE);
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    return false;
  }
}

type TextOrFile<Name extends string> = { readonly [N in Name | `${Name}File`]?: string | undefined };

/** A text that is given itself or in a file. */
export function givenText<Name extends string>(
  name: Name,
  given: TextOrFile<Name>,
  ...[readFile, check]: readonly [ReadSettingFile, ((text: string) => unknown)?]
): string | undefined {
  const file = given[`${name}File`];
  return file === undefined ? given[name] : readFile(`${name}File`, file, check);
}

/** What is wrong with a text that may also be given in a file. */
export function textOrFileProblems<Name extends string>(name: Name, given: TextOrFile<Name>): readonly Problem[] {
  const isTwice = given[name] !== undefined && given[`${name}File`] !== undefined;
  return isTwice ? [[`${name}File`, `cannot be combined with ${name}`]] : [];
}

/** What is wrong with a secret. @param unless why none is needed, if so. */
export function secretProblems<Name extends string>(
  name: Name,
  given: TextOrFile<Name>,
  { origin, unless }: { readonly origin: SettingsOrigin; readonly unless: string | undefined },
): readonly Problem[] {
  const problems = textOrFileProblems(name, given);
  const isGiven = given[name] !== undefined || given[`${name}File`] !== undefined;
  if (unless === undefined && !isGiven) {
    return [...problems, [name, origin === 'file' ? `or ${name}File is needed` : 'is needed']];
  }
  return unless !== undefined && isGiven ? [...problems, [name, `has no use with ${unless}`]] : problems;
}
