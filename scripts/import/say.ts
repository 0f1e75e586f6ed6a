/** A message in both languages, as the service has them everywhere: Spanish first. */
export function say(es: string, en: string): string {
  return `${es} · ${en}`;
}

/** Why a column's cell makes its line bad, and the remedy. */
export function faultIn(column: string, es: string, en: string): string {
  return `${column}: ${say(es, en)}`;
}
