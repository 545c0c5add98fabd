import * as z from 'zod';

const file = () => z.string().min(1);

/** TLS of the server's own. Without it, the server speaks plain HTTP, behind a proxy. */
export const tlsSettingsShape = z
  .strictObject({
    certificateFile: file()
      .optional()
      .describe(
        'A PEM file with the server’s certificate, followed by the intermediate ones. The server then speaks HTTPS only. A changed file is put into use within ten seconds ([mtls.md](mtls.md#https-without-a-proxy)). Default: none, plain HTTP behind a proxy.',
      ),
    keyFile: file().optional().describe('A PEM file with the private key of that certificate.'),
    keyPassphrase: z.string().min(1).optional().describe('The passphrase of the key, if it is encrypted.'),
  })
  .superRefine(({ certificateFile, keyFile, keyPassphrase }, context) => {
    const missing = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (certificateFile === undefined && keyFile !== undefined) {
      missing('certificateFile', 'is needed with keyFile (ROLECALL_TLS_CERTIFICATE_FILE and ROLECALL_TLS_KEY_FILE)');
    }
    if (keyFile === undefined && (certificateFile ?? keyPassphrase) !== undefined) {
      missing('keyFile', 'is needed with certificateFile (ROLECALL_TLS_CERTIFICATE_FILE and ROLECALL_TLS_KEY_FILE)');
    }
  });
