import type { signOut as english } from '../en/sign-out.ts';
import type { Translated } from '../message-text.ts';

export const signOut: Translated<typeof english> = {
  stay: 'Rester connecté',
  nobody: 'Personne n’est connecté dans ce navigateur.',
  question: 'Voulez-vous vous déconnecter\u00a0?',
  everywhere: 'Vous serez déconnecté de Rolecall et de toutes les applications de cette session.',
  appAsks: '{app} demande à vous déconnecter de Rolecall et de toutes les applications de cette session.',
  stillTitle: 'Toujours connecté',
  still: 'Vous êtes toujours connecté',
  didNot: 'Vous ne vous êtes pas déconnecté.',
  apps: 'Ces applications sont informées de votre déconnexion\u00a0:',
  mayStay:
    'Si votre navigateur leur refuse les cookies ici, vous pouvez rester connecté à l’une d’elles. Dans ce cas, déconnectez-vous aussi là-bas.',
};
