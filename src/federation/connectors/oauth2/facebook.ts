import { createHmac } from 'node:crypto';
import type { ProofOfSecret } from './profile-source.ts';

/** `appsecret_proof`: apps can require it, so that a stolen token is no use to others. */
export const facebookProof: ProofOfSecret = (accessToken, secret) => ({
  appsecret_proof: createHmac('sha256', secret).update(accessToken).digest('hex'),
});
