/** A typed activation code as the service reads it: capitals and digits alone, letters that look like digits as those. */
export function plainActivationCode(typed: string): string {
  return typed
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
}
