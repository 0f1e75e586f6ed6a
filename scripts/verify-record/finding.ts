import { COMPANY_RECORD } from '../../shared/domain/event.ts';

/** One thing that is not as it should be. */
export interface Finding {
  /** Undefined where it concerns no one record. */
  readonly tokenId?: string;
  readonly seq?: number;
  readonly what: string;
}

/** One line for a person. */
export function describeFinding({ tokenId, seq, what }: Finding): string {
  const record = tokenId === COMPANY_RECORD ? 'the company’s own record' : `token ${tokenId}`;
  const where = [tokenId === undefined ? [] : [record], seq === undefined ? [] : [`event ${seq}`]].flat();
  return where.length === 0 ? what : `${where.join(', ')}: ${what}`;
}
