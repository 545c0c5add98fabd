import type { mailedCodes as english } from '../en/mailed-codes.ts';
import type { Translated } from '../message-text.ts';

export const mailedCodes: Translated<typeof english> = {
  confirmTitle: 'Confirme que es usted',
  confirmWhy:
    'Este navegador es nuevo para su cuenta. Antes de cambiar aquí cómo inicia sesión, confirme que recibe el correo enviado a {address}.',
  sendCode: 'Enviarme un código',
  sentTo: 'Hemos enviado un código a {address}. Es válido durante diez minutos.',
  codeFromMail: 'Código del correo',
  sendAnother: 'Enviarme otro código',
  wrongCode: 'El código no es correcto. Use el del mensaje más reciente.',
  codeVoid: 'Este código ya no es válido. Pida otro.',
  tooManyMails: 'Se han enviado demasiados códigos. Inténtelo de nuevo en {wait}.',
  notSent: 'No se ha podido enviar el correo. Inténtelo más tarde.',
  title: 'Dirección de correo',
  current: 'Su dirección {address} está confirmada.',
  unconfirmed: 'Su dirección {address} no está confirmada.',
  noAddress: 'No tiene ninguna dirección de correo aquí.',
  explained:
    'Los avisos sobre su cuenta se envían a una dirección confirmada, con la que también puede iniciar sesión. Para confirmar una dirección, escriba un código que enviamos a ella.',
  confirmAddress: 'Enviar un código a esta dirección',
  ifFree: 'Si puede tener la dirección {address}, le hemos enviado un código. Es válido durante diez minutos.',
  noMail:
    '¿No ha recibido nada? Mire en el correo no deseado. No se envía ningún código a una dirección que otra persona usa aquí.',
  notAnAddress: 'No podemos escribir a esta dirección. Compruebe cómo está escrita.',
  alreadyConfirmed: 'Esta dirección ya está confirmada.',
  changed: 'Su dirección de correo es ahora {address}.',
  taken: 'No puede tener esta dirección: la usa otra persona.',
  again: 'Ha vuelto a iniciar sesión. Ahora puede cambiar su dirección de correo.',
  isConfirmed: '{address} (confirmada)',
  isNotConfirmed: '{address} (no confirmada)',
};
