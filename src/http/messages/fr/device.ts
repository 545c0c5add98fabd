import type { device as english } from '../en/device.ts';
import type { Translated } from '../message-text.ts';

export const device: Translated<typeof english> = {
  allowDevice: 'Autoriser un appareil',
  deniedTitle: 'Refusé',
  tooManyTitle: 'Trop de codes incorrects',
  title: 'Se connecter sur un appareil',
  enterCode: 'Saisissez le code affiché par l’appareil.',
  unknown: 'Ce code n’existe pas. Comparez-le avec l’appareil\u00a0; un code est valable dix minutes.',
  expired: 'Ce code a expiré. Recommencez sur l’appareil, qui en affichera un autre.',
  used: 'Ce code a déjà été utilisé. Recommencez sur l’appareil, qui en affichera un autre.',
  wasDenied: 'La demande a été refusée.',
  outOfDate: 'Cette page n’était plus à jour. Saisissez de nouveau le code.',
  signedInAs: 'Vous êtes connecté en tant que {person} du compte {account}.',
  onlyYours: 'Ne saisissez un code que s’il est affiché par {device}. Personne d’autre ne doit vous en donner un.',
  ownDevice: 'un appareil que vous utilisez vous-même',
  code: 'Code sur l’appareil',
  codeHint: 'Par exemple WDJB-MJHT',
  allowApp: 'Autoriser {app} sur un autre appareil\u00a0?',
  willBe: 'Cet appareil sera connecté en tant que {person} du compte {account}.',
  requestedFrom: 'Demandé depuis',
  sameNetwork: '{address} (le réseau sur lequel vous êtes)',
  otherNetworkWarning: '(pas le réseau sur lequel vous êtes)',
  requestedAt: 'Demandé le',
  ago: '{time}, {ago}',
  justNow: 'il y a moins d’une minute',
  minutesAgo: { one: 'il y a {count} minute', other: 'il y a {count} minutes' },
  asksTo: 'L’appareil demande à\u00a0:',
  onlyIfStarted:
    'N’autorisez cette demande que si vous venez de la lancer vous-même et si l’appareil devant vous affiche ce code.',
  ifSent:
    'Si quelqu’un vous a envoyé un lien ou un code, refusez\u00a0: cette personne serait connectée à votre place.',
  mayRevoke:
    'Vous pouvez révoquer cette autorisation à tout moment sur la page de votre compte. Identifiant du client\u00a0: {client}',
  signedIn: 'Connexion effectuée',
  deviceSignedIn: 'Vous êtes connecté sur l’appareil',
  goBackTo: 'Revenez à {app}. Vous pouvez fermer cette page.',
  denied: 'Vous avez refusé la demande',
  notSignedIn:
    'L’appareil n’est pas connecté. Si quelqu’un d’autre vous a demandé de l’autoriser, prévenez votre administrateur.',
  tooManyCodes: 'Trop de codes inexistants ont été saisis. Réessayez dans {wait}.',
};
