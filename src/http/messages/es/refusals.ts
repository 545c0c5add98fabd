import type { refusals as english } from '../en/refusals.ts';
import type { Translated } from '../message-text.ts';

export const refusals: Translated<typeof english> = {
  starting: 'El servicio se está iniciando y aún no puede acceder a su almacén de datos. Inténtelo de nuevo en breve.',
  formUnreadable: 'No se ha podido leer el formulario.',
  tooLarge: 'La solicitud es demasiado grande.',
  foreignForm: 'Este formulario no procede de nuestra página. Vuelva atrás e inténtelo de nuevo.',
  foreignLinkForm: 'El formulario no procede de nuestra página. Abra de nuevo el enlace.',
  requestExpired: 'Esta solicitud ha caducado. Vuelva a la aplicación y empiece de nuevo.',
  signedOut: 'Su sesión está cerrada. Vuelva a iniciar sesión.',
  didNotSignIn: 'No ha iniciado sesión. Abra la página de inicio de sesión para intentarlo de nuevo.',
  mayNotChangePassword: 'Su cuenta no le permite cambiar la contraseña aquí. Consulte a su administrador.',
  signInEnded:
    'Este inicio de sesión ya se completó, ha caducado o se inició en otro navegador. Vuelva a la aplicación y empiece de nuevo.',
  storeUnreachable: 'El servidor no puede acceder a su almacén de datos. Inténtelo de nuevo en breve.',
  shuttingDown: 'El servidor se está apagando.',
  tooManySignIns: 'Hay demasiados inicios de sesión a la vez. Inténtelo de nuevo en unos instantes.',
  ownWindow: 'Abra este enlace en su propia ventana.',
  linkSpent: 'Este enlace ya se ha usado o tiene más de 15 minutos. Vuelva al lugar donde lo obtuvo y siga uno nuevo.',
  passwordChanged: 'Se ha cambiado la contraseña. Vuelva a iniciar sesión.',
  passwordBreached: 'Esta contraseña apareció en una filtración de datos de otro servicio: elija otra.',
  passwordShort: 'La contraseña debe tener al menos {length} caracteres.',
  passwordLong: 'La contraseña debe tener como máximo {length} caracteres.',
  passwordUppercase: 'La contraseña debe contener al menos una letra mayúscula.',
  passwordLowercase: 'La contraseña debe contener al menos una letra minúscula.',
  passwordNumber: 'La contraseña debe contener al menos un número.',
  passwordSymbol: 'La contraseña debe contener al menos un símbolo.',
  passwordCommon: 'La contraseña es demasiado fácil de adivinar: es muy común.',
  passwordOnlyNumber: 'La contraseña es demasiado fácil de adivinar: es solo un número.',
  passwordFromContext: 'La contraseña no debe formarse a partir de su nombre, cuenta o dirección.',
  passwordReused: 'Ya ha usado esta contraseña. Elija otra.',
};
