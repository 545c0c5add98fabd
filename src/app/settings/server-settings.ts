import * as z from 'zod';
import { clientCertificateSettingsShape, contradictions } from './client-certificate-settings.ts';
import { tlsSettingsShape } from './tls-settings.ts';

const PORT = 'must be a number from 1 to 65535';
/** An origin as sent by browsers: only scheme, host and port, in lower case; or `*`. */
const ORIGIN = /^(?:\*|[a-z][a-z0-9+.-]*:\/\/[a-z0-9.[\]:-]+)$/;
/** A host: a name or an address, with or without a port. */
const PINNED_HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const WORKERS = 'must be a number from 1 to 256, or auto';

const fields = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('The address that the server listens on.'),
  port: z
    .int(PORT)
    .min(1, PORT)
    .max(65_535, PORT)
    .default(8080)
    .describe('The port that the server listens on, 1 to 65535.'),
  publicUrl: z
    .url({ protocol: /^https?$/, message: 'must be an http or https URL' })
    .refine((text) => !/[?#]/.test(text), 'must have neither query nor fragment')
    // The wire API and the pages' own paths begin at the server's root.
    .refine((text) => /^https?:\/\/[^/@]+\/*$/i.test(text), 'must have neither a path nor a user')
    .transform((text) => text.replace(/\/+$/, ''))
    .optional()
    .describe(
      'The URL at which users and apps reach the server: `https://host[:port]`, without a path. Default: `http://localhost:<port>`, or with `server.tls` `https://localhost:<port>`. It is part of the OpenID Connect issuer, so the store remembers it, and a process with a different one does not start.',
    ),
  replacesPublicUrl: z
    .string()
    .transform((text) => text.replace(/\/+$/, ''))
    .optional()
    .describe(
      'Confirms a change of the public URL: set it to the previous one. Has no effect once the change is made.',
    ),
  workers: z
    .union([z.int().min(1, WORKERS).max(256, WORKERS), z.literal('auto')], WORKERS)
    .default(1)
    .describe('Number of processes, 1 to 256. `auto`: one for each core available to the server, but at most 32.'),
  trustedProxies: z
    .array(
      z.union(
        [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
        'must be an IP address or a range such as 10.0.0.0/8; names are not looked up',
      ),
    )
    .default([])
    .describe(
      'Addresses or CIDR ranges of the proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` headers are trusted. Separate them with commas in the variable.',
    ),
  callsPerSecond: z
    .int()
    .min(0)
    .default(100_000)
    .describe(
      'Calls per second that one user, root user or role session may make to one process; bursts may be twice as large. All sessions of a role together may make four times as many. Every 256 bytes of an answer beyond 16 KiB count as another call. Further calls get `Throttling`. 0: no limit.',
    ),
  unsignedCallsPerSecond: z
    .int()
    .min(0)
    .default(1000)
    .describe(
      'Calls per second without a valid signature (such as `AssumeRoleWithWebIdentity`) that one address may make to one process; bursts may be twice as large. An IPv6 /48 may make three times as many, a /32 thirty times. Further calls get `Throttling`. 0: no limit.',
    ),
  drainDelay: z
    .number()
    .min(0)
    .max(300)
    .default(1)
    .describe(
      'Seconds after SIGTERM during which the server still accepts connections, so that load balancers can stop sending them: `/readyz` already fails, and every answer closes its connection.',
    ),
  allowedHosts: z
    .array(z.string().regex(PINNED_HOST, 'must be a host such as iam.example.org, with or without a port'))
    .default([])
    .describe(
      'Values allowed in the `Host` header, in addition to the host of the public URL. A host without a port allows every port. Empty: any host. Separate them with commas in the variable.',
    ),
  corsOrigins: z
    .array(z.string().regex(ORIGIN, 'must be an origin such as https://app.example.org, or *'))
    .default(['*'])
    .describe('Origins whose pages may call the wire API (CORS); `*`: any. Separate them with commas in the variable.'),
  tls: tlsSettingsShape.prefault({}),
  clientCertificates: clientCertificateSettingsShape.prefault({}),
});

/** Where the server listens, how users reach it, and how many calls it accepts. */
export const serverSettingsShape = fields.superRefine((settings, context) => {
  for (const [path, message] of contradictions(settings))
    context.addIssue({ code: 'custom', path: [...path], message });
});
