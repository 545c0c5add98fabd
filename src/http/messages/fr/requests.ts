import type { requests as english } from '../en/requests.ts';
import type { Translated } from '../message-text.ts';

export const requests: Translated<typeof english> = {
  title: 'Demandes d’applications',
  one: 'Demande d’une application',
  explained:
    'Ici, les applications vous demandent si elles peuvent vous connecter. N’autorisez que ce que vous avez lancé vous-même.',
  none: 'Aucune application ne demande rien pour le moment.',
  open: 'Consulter',
  openOf: 'Consulter\u00a0: {app}',
  mutedApps: 'Applications qui ne peuvent pas demander',
  mutedUntil: 'Jusqu’au {time}',
  unmute: 'Autoriser à redemander',
  unmuteApp: 'Autoriser à redemander\u00a0: {app}',
  unmuted: 'L’application peut de nouveau vous demander.',
  gone: 'Cette demande n’est plus ouverte\u00a0: elle a reçu une réponse ou a expiré.',
  allowApp: 'Autoriser {app} à vous connecter\u00a0?',
  willBe: 'L’application vous connectera en tant que {person} du compte {account}.',
  message: 'Message',
  requestedFrom: 'Demandé depuis',
  requestedAt: 'Demandé le',
  asksTo: 'L’application demande à\u00a0:',
  onlyIfStarted: 'N’autorisez cette demande que si vous venez de la lancer vous-même.',
  compareMessage: 'Comparez le message avec ce que l’application vous affiche.',
  ifNot:
    'Si quelqu’un d’autre vous a demandé de l’autoriser, refusez\u00a0: cette personne serait connectée à votre place.',
  denyAndMute: 'Refuser et ne plus demander pendant 24 heures',
  mayRevoke:
    'Vous pouvez révoquer cette autorisation à tout moment sur la page de votre compte. Identifiant du client\u00a0: {client}',
  later: 'Décider plus tard',
  signInFirst: 'Pour cela, {app} exige une nouvelle connexion.',
  signIn: 'Se reconnecter',
  notAssigned: 'Vous ne pouvez pas utiliser {app}. Vous pouvez seulement refuser la demande.',
  unmet:
    '{app} exige une connexion plus forte que celle dont vous disposez ici. Vous pouvez seulement refuser la demande.',
  allowed: 'Vous avez autorisé la demande. Revenez à {app}.',
  denied: 'Vous avez refusé la demande. {app} ne vous connecte pas.',
  pending: { one: 'Demandes d’applications\u00a0: {count}', other: 'Demandes d’applications\u00a0: {count}' },
};
