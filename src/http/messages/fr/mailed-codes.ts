import type { mailedCodes as english } from '../en/mailed-codes.ts';
import type { Translated } from '../message-text.ts';

export const mailedCodes: Translated<typeof english> = {
  confirmTitle: 'Confirmez que c’est bien vous',
  confirmWhy:
    'Ce navigateur est nouveau pour votre compte. Avant de modifier ici votre façon de vous connecter, confirmez que les e-mails envoyés à {address} vous parviennent.',
  sendCode: 'Envoyer un code',
  sentTo: 'Nous avons envoyé un code à {address}. Il est valable dix minutes.',
  codeFromMail: 'Code reçu par e-mail',
  sendAnother: 'Envoyer un autre code',
  wrongCode: 'Le code n’est pas correct. Utilisez celui du message le plus récent.',
  codeVoid: 'Ce code n’est plus valable. Faites-en envoyer un autre.',
  tooManyMails: 'Trop de codes ont été envoyés. Réessayez dans {wait}.',
  notSent: 'L’e-mail n’a pas pu être envoyé. Réessayez plus tard.',
  title: 'Adresse e-mail',
  current: 'Votre adresse {address} est confirmée.',
  unconfirmed: 'Votre adresse {address} n’est pas confirmée.',
  noAddress: 'Vous n’avez pas d’adresse e-mail ici.',
  explained:
    'Les avis concernant votre compte sont envoyés à une adresse confirmée, qui vous permet aussi de vous connecter. Pour confirmer une adresse, saisissez un code que nous y envoyons.',
  confirmAddress: 'Envoyer un code à cette adresse',
  ifFree: 'Si l’adresse {address} peut être la vôtre, un code vient d’y être envoyé. Il est valable dix minutes.',
  noMail:
    'Aucun message ? Regardez dans les courriers indésirables. Aucun code n’est envoyé à une adresse qu’une autre personne utilise ici.',
  notAnAddress: 'Nous ne pouvons pas écrire à cette adresse. Vérifiez son orthographe.',
  alreadyConfirmed: 'Cette adresse est déjà confirmée.',
  changed: 'Votre adresse e-mail est maintenant {address}.',
  taken: 'Cette adresse ne peut pas être la vôtre : une autre personne l’utilise.',
  again: 'Vous vous êtes reconnecté. Vous pouvez maintenant modifier votre adresse e-mail.',
  isConfirmed: '{address} (confirmée)',
  isNotConfirmed: '{address} (non confirmée)',
};
