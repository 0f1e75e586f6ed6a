/** The bank's support lines as `GET /support` gives them. */
export interface Support {
  timezone: string;
  open: boolean;
  lines: { channel: 'PHONE' | 'WHATSAPP'; number: string; instructions: { es: string; en: string } }[];
  schedule: { days: string[]; from: string; to: string }[];
}
