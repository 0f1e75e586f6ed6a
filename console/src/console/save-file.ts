/** Gives the person a file, as a download. */
export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** Saves a receipt byte for byte as it was signed. */
export function saveReceipt(changeId: string, file: string): void {
  saveFile(new Blob([file], { type: 'application/json' }), `llavero-${changeId}.json`);
}
