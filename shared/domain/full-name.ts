/** A name with the username beside it, which no two people share. */
export function nameFully({ fullName, username }: { fullName: string; username?: string | undefined }): string {
  return username === undefined ? fullName : `${fullName} (${username})`;
}
