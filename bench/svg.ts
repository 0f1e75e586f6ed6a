/** Escapes text for XML. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export interface TextOptions {
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly color?: string;
  readonly bold?: boolean;
}

export const INK = '#1f2933';
export const FAINT = '#616e7c';
export const LINE = '#cbd2d9';

/** A text; `y` is its baseline. */
export function text(x: number, y: number, content: string, options: TextOptions = {}): string {
  const { size = 13, anchor = 'start', color = INK, bold = false } = options;
  const weight = bold ? ' font-weight="600"' : '';
  return `<text x="${n(x)}" y="${n(y)}" font-size="${size}" text-anchor="${anchor}" fill="${color}"${weight}>${escaped(content)}</text>`;
}

/** A filled rectangle. */
export function bar(x: number, y: number, width: number, height: number, color: string): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(Math.max(width, 0))}" height="${n(height)}" rx="2" fill="${color}"/>`;
}

/** A straight line. */
export function line(x1: number, y1: number, x2: number, y2: number, { color = LINE, dashed = false } = {}): string {
  const dash = dashed ? ' stroke-dasharray="4 3"' : '';
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${color}"${dash}/>`;
}

/** A whole picture on white, so that it can be read on a dark page too; `title` is what a screen reader says. */
export function picture(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, 'Segoe UI', 'Open Sans', Helvetica, Arial, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

const n = (value: number): string => String(Math.round(value * 10) / 10);
