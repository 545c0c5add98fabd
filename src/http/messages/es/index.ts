import { account } from './account.ts';
import { connectors } from './connectors.ts';
import { consent } from './consent.ts';
import { device } from './device.ts';
import { factors } from './factors.ts';
import { frame } from './frame.ts';
import { refusals } from './refusals.ts';
import { signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';

export const SPANISH = { account, connectors, consent, device, factors, frame, refusals, signIn, signOut };
