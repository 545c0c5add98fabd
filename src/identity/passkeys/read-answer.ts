import * as z from 'zod';
import { CeremonyFault } from './ceremony-fault.ts';

const MAX_LENGTH = 12_000;
const bytes = z
  .string()
  .regex(/^[\w-]*$/)
  .max(8192);
const credential = { id: bytes.min(1).max(1366), rawId: bytes, type: z.literal('public-key') };
const extensions = z.object({ credProps: z.object({ rk: z.boolean().optional() }).optional() }).optional();

const registration = z.object({
  ...credential,
  clientExtensionResults: extensions,
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(8)
      .optional(),
  }),
});
const assertion = z.object({
  ...credential,
  clientExtensionResults: extensions,
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.max(128).nullish(),
  }),
});
export type Registration = z.infer<typeof registration>;
export type Assertion = z.infer<typeof assertion>;

function read<Shape extends z.ZodType>(shape: Shape, text: string): z.infer<Shape> {
  if (text.length > MAX_LENGTH) throw new CeremonyFault('unreadable', 'the answer is too long');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CeremonyFault('unreadable', 'the answer is not JSON');
  }
  const parsed = shape.safeParse(json);
  if (!parsed.success)
    throw new CeremonyFault('unreadable', `the answer has a wrong member: ${parsed.error.issues[0]?.path.join('.')}`);
  return parsed.data;
}

/** @throws {CeremonyFault} */
export const readRegistration = (text: string): Registration => read(registration, text);
/** @throws {CeremonyFault} */
export const readAssertion = (text: string): Assertion => read(assertion, text);

const clientData = z.object({ crossOrigin: z.boolean().optional(), topOrigin: z.unknown().optional() });

/** Our pages cannot be framed, so an answer from within a frame comes from elsewhere. @throws {CeremonyFault} */
export function refuseFramed(clientDataJSON: string): void {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'));
  } catch {
    throw new CeremonyFault('unreadable', 'the client data is not JSON');
  }
  const parsed = clientData.safeParse(json);
  if (!parsed.success) throw new CeremonyFault('unreadable', 'the client data has a wrong member');
  if (parsed.data.crossOrigin === true || parsed.data.topOrigin !== undefined) throw new CeremonyFault('framed');
}
