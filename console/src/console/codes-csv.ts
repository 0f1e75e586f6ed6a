import { writeCsv } from '../../../shared/http/csv.ts';
import { BYTE_ORDER_MARK } from './csv-export.ts';

/** An activation code with the person it is for. */
export interface CodeLine {
  readonly full_name: string;
  readonly username: string;
  readonly activation_code: string;
  readonly expires_at: string;
}

/** The codes as CSV that no spreadsheet runs; the columns are called as the import's are. */
export function writeCodes(lines: readonly CodeLine[]): string {
  return BYTE_ORDER_MARK + writeCsv(['full_name', 'username', 'activation_code', 'expires_at'], lines);
}
