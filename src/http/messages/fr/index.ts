import { account } from './account.ts';
import { activity } from './activity.ts';
import { apps } from './apps.ts';
import { connectors } from './connectors.ts';
import { consent } from './consent.ts';
import { consoleFederation } from './console.ts';
import { device } from './device.ts';
import { factors } from './factors.ts';
import { frame } from './frame.ts';
import { mailedCodes } from './mailed-codes.ts';
import { mailedLinks } from './mailed-links.ts';
import { profile } from './profile.ts';
import { recovery } from './recovery.ts';
import { refusals } from './refusals.ts';
import { requests } from './requests.ts';
import { signIn } from './sign-in.ts';
import { signInPolicy } from './sign-in-policy.ts';
import { signOut } from './sign-out.ts';
import { start } from './start.ts';

export const FRENCH = {
  account,
  activity,
  apps,
  connectors,
  consent,
  consoleFederation,
  device,
  factors,
  frame,
  mailedCodes,
  mailedLinks,
  profile,
  recovery,
  refusals,
  requests,
  signIn,
  signInPolicy,
  signOut,
  start,
};
