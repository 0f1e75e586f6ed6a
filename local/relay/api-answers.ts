import { type Numbered, NumberedList } from './numbered-list.ts';

/** An answer of an API behind the gateway, as the gateway's metrics count it; `ms` from the first byte in to the last out. */
export interface ApiAnswer {
  readonly apiId: string;
  readonly stage: string;
  readonly status: number;
  readonly ms: number;
}

/** `/restapis/ID/STAGE/_user_request_/…`: how the engine serves an API. */
const API_PATH = /^\/restapis\/([^/]+)\/([^/]+)\/_user_request_(?:[/?]|$)/;

/** The answers of APIs, without the request and the caller. */
export class ApiAnswers {
  private readonly answers = new NumberedList<ApiAnswer>();

  /** Notes the answer to a request that began at `started` (of `performance.now()`), if an API gave it. */
  note(url: string, status: number, started: number): void {
    const [, apiId, stage] = API_PATH.exec(url) ?? [];
    if (apiId && stage) this.answers.add({ apiId, stage, status, ms: Math.round(performance.now() - started) });
  }

  since(seq: number): Numbered<ApiAnswer>[] {
    return this.answers.since(seq);
  }
}
