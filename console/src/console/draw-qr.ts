import { encode } from 'uqr';

/** A QR code as the path of its dark squares, with the quiet border that the standard asks for. */
export function drawQr(text: string): { readonly path: string; readonly size: number } {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const modules = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return { path: modules.join(''), size };
}
