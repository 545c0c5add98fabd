import type { consoleFederation as english } from '../en/console.ts';
import type { Translated } from '../message-text.ts';

export const consoleFederation: Translated<typeof english> = {
  continueAsOther: '¿Continuar como otra persona?',
  linkContinues:
    'En este navegador se ha iniciado sesión como {present}. El enlace que ha seguido continúa como {principal} de la cuenta {account}.',
  linkFrom: 'El enlace indica que procede de {issuer}.',
  onlyIfAsked: 'Continúe solo si lo ha solicitado usted mismo.',
  continueAs: 'Continuar como {principal}',
  signedIn: 'Sesión iniciada como rol',
  principal: 'Entidad principal',
  account: 'Cuenta',
  until: 'Hasta',
  notSignedIn: 'Sin sesión iniciada como rol',
  followNewLink:
    'Nadie ha iniciado sesión en este navegador mediante un enlace de federación de la consola, o la sesión ha terminado. Siga un nuevo enlace desde donde lo obtuvo.',
};
