import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** The configuration of web identities: issuers whose keys cannot be found by discovery over the public internet. */
export const webIdentitySettingsShape = z.strictObject({
  issuers: z
    .array(
      z
        .strictObject({
          issuer: z
            .string()
            .regex(/^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/, 'must be the https URL of an issuer')
            .describe('The issuer, exactly as its tokens name it (`iss`).'),
          jwksFile: z
            .string()
            .min(1)
            .optional()
            .describe('A file with its keys (JWK Set). Nothing is fetched then; a changed file is read again.'),
          jwksUri: z
            .url({ protocol: /^https$/, message: 'must be an https URL' })
            .optional()
            .describe('Where its keys are fetched from, instead of asking the issuer.'),
          caFile: z
            .string()
            .min(1)
            .optional()
            .describe(
              'A PEM file with the certificate authorities of its https servers; no others are trusted for it.',
            ),
          allowPrivateNetworks: z
            .boolean()
            .default(false)
            .describe('Whether its servers may have addresses in private networks or on this machine.'),
        })
        .refine(
          ({ jwksFile, jwksUri, caFile }) => jwksFile === undefined || (jwksUri === undefined && caFile === undefined),
          'jwksFile cannot be combined with jwksUri or caFile, because nothing is fetched',
        ),
    )
    .refine(
      (issuers) => new Set(issuers.map(({ issuer }) => issuer)).size === issuers.length,
      'each issuer at most once',
    )
    .default([])
    .describe(
      'Issuers of web identity tokens that need settings; all others are found by discovery ([role-credentials.md](role-credentials.md)).',
    ),
});
export type IssuerSettings = z.output<typeof webIdentitySettingsShape>['issuers'][number];

/**
 * Checks the files that the configured issuers name, so that a wrong path stops the start and not the first token.
 * @throws {Error} naming the issuer and the file.
 */
export function requireIssuerFiles(issuers: readonly IssuerSettings[], readKeys: (text: string) => unknown): void {
  for (const { issuer, jwksFile, caFile } of issuers) {
    if (jwksFile !== undefined) check(issuer, jwksFile, readKeys);
    if (caFile !== undefined) check(issuer, caFile, (text) => new X509Certificate(text));
  }
}

function check(issuer: string, file: string, read: (text: string) => unknown): void {
  try {
    read(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`federation.webIdentity: ${issuer}: ${file} cannot be used: ${(cause as Error).message}`, {
      cause,
    });
  }
}
