/** Addresses of the console's pages. */
export const PATHS = {
  virtual: '/administracion/token/virtual',
  physical: '/administracion/token/fisico',
  token: (tokenId: string) => `/administracion/token/virtual/${encodeURIComponent(tokenId)}`,
  changes: '/administracion/cambios',
  change: (changeId: string) => `/administracion/cambios/${encodeURIComponent(changeId)}`,
  receipt: (changeId: string) => `/administracion/cambios/${encodeURIComponent(changeId)}/comprobante`,
  record: '/administracion/registro',
  support: '/soporte',
  signedOut: '/salida',
} as const;

/** Query members that open a dialog over a page, so that back closes it and a reload keeps it. */
export const DIALOGS = { change: 'cambiar', activation: 'activar' } as const;

/** The query member that opens the dialog about the chosen rows. */
export const BULK_DIALOG = 'lote';

/** True if the address asks for a dialog over its page. */
export function asksForDialog(parameters: URLSearchParams): boolean {
  return Object.values(DIALOGS).some((name) => parameters.has(name));
}
