/** Signing out. */
export const signOut = {
  stay: 'Stay signed in',
  nobody: 'Nobody is signed in in this browser.',
  question: 'Do you want to sign out?',
  everywhere: 'You will be signed out of Rolecall and of every app of this session.',
  appAsks: '{app} asks to sign you out of Rolecall and of every app of this session.',
  stillTitle: 'Still signed in',
  still: 'You are still signed in',
  didNot: 'You did not sign out.',
  apps: 'These apps are being told that you have signed out:',
  mayStay: 'If your browser blocks their cookies here, an app may stay signed in. To be sure, sign out there, too.',
} as const;
