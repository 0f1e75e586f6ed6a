/** One thing that is not as it should be. */
export interface Finding {
  /** Undefined where it concerns no one token. */
  readonly tokenId?: string;
  readonly seq?: number;
  readonly what: string;
}

/** One line for a person. */
export function describeFinding({ tokenId, seq, what }: Finding): string {
  const where = [tokenId === undefined ? [] : [`token ${tokenId}`], seq === undefined ? [] : [`event ${seq}`]].flat();
  return where.length === 0 ? what : `${where.join(', ')}: ${what}`;
}
