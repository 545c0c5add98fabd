import type { recovery as english } from '../en/recovery.ts';
import type { Translated } from '../message-text.ts';

export const recovery: Translated<typeof english> = {
  forgot: '¿Ha olvidado la contraseña?',
  title: 'Obtener una contraseña nueva',
  explained:
    'Escriba el nombre con el que inicia sesión. Le enviaremos por correo un enlace para elegir una contraseña nueva.',
  sendMail: 'Enviar el enlace',
  lookAtMail: 'Consulte su correo',
  ifKnown:
    'Si este nombre tiene una dirección de correo confirmada, le hemos enviado un mensaje. Su enlace es válido durante una hora.',
  noMail:
    '¿No ha recibido nada? Mire en el correo no deseado o pregunte a su administrador. Enviamos pocos mensajes por hora.',
  factorFirst:
    'Ha pedido una contraseña nueva para {person} en la cuenta {account}. Presente primero un segundo factor: el correo por sí solo no basta.',
  noFactor: 'Si no tiene a mano un segundo factor, consulte a su administrador.',
  newPassword: 'Elegir una contraseña nueva',
  signsOut: 'Para {person} en la cuenta {account}. Se cerrará su sesión en todas partes.',
  setPassword: 'Establecer la contraseña nueva',
  done: 'Su contraseña nueva está establecida',
  doneExplained:
    'Inicie sesión como {person} en la cuenta {account} con la contraseña nueva, y con el segundo factor si tiene uno.',
  closedWhy:
    'Ya se ha usado o ha caducado, o desde entonces ha cerrado todas las sesiones o cambiado la contraseña. Pida uno nuevo en la página de inicio de sesión.',
  factorAgain: 'Presente de nuevo su segundo factor: ha pasado demasiado tiempo.',
  wrongCode: 'El código no es correcto. Inténtelo de nuevo.',
};
