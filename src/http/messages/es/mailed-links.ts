import type { mailedLinks as english } from '../en/mailed-links.ts';
import type { Translated } from '../message-text.ts';

export const mailedLinks: Translated<typeof english> = {
  invitationTitle: 'Aceptar su invitación',
  welcome: 'Le damos la bienvenida, {person}',
  invited:
    'Ha recibido una invitación a la cuenta {account} en la dirección {email}. Elija la contraseña con la que iniciará sesión.',
  invitedToChoose: 'Se le ha invitado a la cuenta {account} como {email}. Elija cómo iniciará sesión.',
  withPasskey: 'Con una llave de acceso (recomendado)',
  whatPasskeysDo:
    'Este dispositivo, su gestor de contraseñas o una llave de seguridad la guarda y comprueba su dedo, su cara o su PIN. Entonces no necesita contraseña.',
  acceptWithPasskey: 'Aceptar con una llave de acceso',
  withPassword: 'Con una contraseña',
  needsPasskey:
    'Su cuenta exige una llave de acceso o una llave de seguridad. Si elige aquí una contraseña, añadirá la llave la primera vez que inicie sesión.',
  needsFactor:
    'Su cuenta exige un segundo factor. Una llave de acceso es suficiente. Si elige aquí una contraseña, añadirá el segundo factor la primera vez que inicie sesión.',
  accept: 'Aceptar la invitación',
  canSignIn: 'Ya puede iniciar sesión',
  signInAs:
    'Inicie sesión en la cuenta {account} como {person}. Después, añada a su cuenta una llave de acceso u otro segundo factor.',
  signInByPasskey:
    'Inicie sesión en la cuenta {account} como {person} con su llave de acceso. Después, cree códigos de recuperación o añada otra llave, por si pierde esta.',
  invitationClosed: 'Esta invitación no se puede usar',
  invitationClosedWhy:
    'Ya se ha usado, ha caducado, se ha retirado o se ha vuelto a enviar. Si no puede iniciar sesión, pida una nueva invitación a su administrador.',
  addressTaken: 'Otro usuario ya tiene su dirección de correo electrónico. Consulte a su administrador.',
  wasThisYou: '¿Ha sido usted?',
  toldYou: 'Le hemos avisado de lo siguiente: {event} ({person}, cuenta {account}).',
  newDevice: 'inicio de sesión en un dispositivo nuevo',
  passwordChanged: 'cambio de la contraseña',
  passwordReset: 'restablecimiento de la contraseña',
  factorAdded: 'nueva llave de acceso o de seguridad, o nueva aplicación de autenticación',
  factorRemoved: 'eliminación de una llave de acceso o de seguridad, o de una aplicación de autenticación',
  factorResetAnnounced:
    'anuncio de un administrador de que quitará su llave de acceso o de seguridad, o su aplicación de autenticación',
  loginLinked: 'vinculación de un acceso externo',
  loginUnlinked: 'desvinculación de un acceso externo',
  recoveryCodeUsed: 'uso de un código de recuperación',
  emailChanged: 'cambio de la dirección de correo electrónico',
  rootUsed: 'uso del usuario raíz',
  emergencyAccessUsed: 'uso del acceso de emergencia',
  ifNotYou: 'Si no ha sido usted, proteja la cuenta ahora:',
  sessionsEnd: 'Terminan todas las sesiones y todos los tokens, en todos los dispositivos.',
  passwordStops: 'La contraseña deja de funcionar. Su administrador le dará una nueva.',
  addedIsRemoved:
    'Se quita lo que se añadió desde entonces o en la hora anterior: llaves de acceso y de seguridad, aplicaciones de autenticación, códigos de recuperación y accesos vinculados.',
  addressComesBack: 'Si se cambió su dirección de correo, se restablece la anterior.',
  secure: 'No he sido yo: proteger la cuenta',
  ifYou: 'Si ha sido usted, cierre esta página. No ha cambiado nada.',
  secured: 'La cuenta está protegida',
  sessionsEnded: 'Todas las sesiones de {person} en la cuenta {account} han terminado, y la contraseña ya no funciona.',
  tellAdministrator:
    'Informe a su administrador de lo ocurrido y pídale una contraseña nueva. Si tiene una llave de acceso, puede iniciar sesión con ella y elegir usted mismo una contraseña nueva. Revise también los enlaces de nuestros otros correos: cada uno se refiere a un solo cambio.',
  linkClosed: 'Este enlace no se puede usar',
  linkClosedWhy:
    'Ya se ha usado o ha caducado. Si es posible que otra persona esté usando su cuenta, avise a su administrador ahora.',
};
