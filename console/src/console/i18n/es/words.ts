/** The words that every page shares: roles, states, actions, policies. */
export const words = {
  role: { ADMINISTRATOR: 'Administrador', SECONDARY: 'Usuario secundario' },
  person: { disabled: 'Usuario inhabilitado' },
  status: {
    PENDING_ENROLLMENT: 'Por habilitar',
    ACTIVE: 'Activo',
    BLOCKED: 'Bloqueado',
    RELEASED: 'Liberado',
    ENABLED: 'Habilitado',
    DISABLED: 'Inhabilitado',
  },
  action: {
    RELEASE: 'Liberar',
    BLOCK: 'Bloquear',
    UNBLOCK: 'Desbloquear',
  },
  actionNoun: {
    RELEASE: 'Liberación',
    BLOCK: 'Bloqueo',
    UNBLOCK: 'Desbloqueo',
  },
  actionText: {
    RELEASE: 'Retira el token del celular para habilitarlo en otro. Se autoriza en la app antes de aplicarse.',
    BLOCK: 'Detiene el token de inmediato. Desbloquearlo se autoriza en la app.',
    UNBLOCK: 'Devuelve el token a como estaba antes del bloqueo. Se autoriza en la app antes de aplicarse.',
  },
  blockSupersedes: 'Detiene el token de inmediato y anula el cambio que su empresa tenga en curso.',
  policy: {
    REQUESTER: 'El administrador que lo solicitó, en su celular',
    OTHER_ADMINISTRATOR: 'Otro administrador de la empresa',
    HOLDER: 'El usuario dueño del token',
    BANK: 'Dos personas del banco',
  },
};
