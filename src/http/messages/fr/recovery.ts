import type { recovery as english } from '../en/recovery.ts';
import type { Translated } from '../message-text.ts';

export const recovery: Translated<typeof english> = {
  forgot: 'Mot de passe oublié ?',
  title: 'Obtenir un nouveau mot de passe',
  explained:
    'Saisissez le nom avec lequel vous vous connectez. Vous recevrez par e-mail un lien pour choisir un nouveau mot de passe.',
  sendMail: 'Envoyer le lien',
  lookAtMail: 'Consultez vos e-mails',
  ifKnown:
    'Si une adresse e-mail confirmée correspond à ce nom, nous lui avons envoyé un message. Son lien est valable une heure.',
  noMail:
    'Aucun message ? Regardez dans les courriers indésirables ou adressez-vous à votre administrateur. Nous n’envoyons que peu de messages par heure.',
  factorFirst:
    'Vous avez demandé un nouveau mot de passe pour {person} dans le compte {account}. Présentez d’abord un second facteur : l’e-mail seul ne suffit pas.',
  noFactor: 'Si vous n’avez pas de second facteur sous la main, adressez-vous à votre administrateur.',
  newPassword: 'Choisir un nouveau mot de passe',
  signsOut: 'Pour {person} dans le compte {account}. Vous serez déconnecté partout.',
  setPassword: 'Définir le nouveau mot de passe',
  done: 'Votre nouveau mot de passe est défini',
  doneExplained:
    'Connectez-vous en tant que {person} au compte {account} avec votre nouveau mot de passe, et avec votre second facteur si vous en avez un.',
  closedWhy:
    'Il a déjà été utilisé ou a expiré, ou vous vous êtes déconnecté partout ou avez changé de mot de passe depuis. Demandez-en un nouveau sur la page de connexion.',
  factorAgain: 'Présentez de nouveau votre second facteur : le délai est dépassé.',
  wrongCode: 'Le code n’est pas correct. Réessayez.',
};
