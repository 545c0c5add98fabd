import type { signOut as english } from '../en/sign-out.ts';
import type { Translated } from '../message-text.ts';

export const signOut: Translated<typeof english> = {
  stay: 'Angemeldet bleiben',
  nobody: 'In diesem Browser ist niemand angemeldet.',
  question: 'Möchten Sie sich abmelden?',
  everywhere: 'Sie werden bei Rolecall und bei jeder App dieser Sitzung abgemeldet.',
  appAsks: '{app} möchte Sie bei Rolecall und bei jeder App dieser Sitzung abmelden.',
  stillTitle: 'Noch angemeldet',
  still: 'Sie sind noch angemeldet',
  didNot: 'Sie haben sich nicht abgemeldet.',
  apps: 'Diesen Apps wird gerade mitgeteilt, dass Sie sich abgemeldet haben:',
  mayStay:
    'Wenn Ihr Browser ihnen hier keine Cookies gibt, bleiben Sie bei einer App vielleicht angemeldet. Melden Sie sich dann auch dort ab.',
};
