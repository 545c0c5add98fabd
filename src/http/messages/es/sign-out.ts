import type { signOut as english } from '../en/sign-out.ts';
import type { Translated } from '../message-text.ts';

export const signOut: Translated<typeof english> = {
  stay: 'Mantener la sesión iniciada',
  nobody: 'Nadie ha iniciado sesión en este navegador.',
  question: '¿Quiere cerrar sesión?',
  everywhere: 'Se cerrará su sesión en Rolecall y en todas las aplicaciones de esta sesión.',
  appAsks: '{app} solicita cerrar su sesión en Rolecall y en todas las aplicaciones de esta sesión.',
  stillTitle: 'Sesión aún iniciada',
  still: 'Su sesión sigue iniciada',
  didNot: 'No ha cerrado sesión.',
  apps: 'Se está avisando a estas aplicaciones de que ha cerrado sesión:',
  mayStay:
    'Si su navegador les niega aquí las cookies, es posible que su sesión siga iniciada en alguna. En ese caso, ciérrela también allí.',
};
