import * as z from 'zod';
import type { Datum, Source } from './datum.ts';
import type { RelayList } from './relay-list.ts';

/** An answer of an API, as the relay reports it. */
export const apiAnswerSchema = z.object({
  seq: z.number(),
  at: z.coerce.date(),
  apiId: z.string(),
  stage: z.string(),
  status: z.number(),
  ms: z.number(),
});

export type ApiAnswer = z.infer<typeof apiAnswerSchema>;

/**
 * Answers of the APIs (`AWS/ApiGateway` by ApiName, and by ApiName and Stage): a fault is 1, any other answer 0 of it.
 * And the answers 429 (`Llavero/Api`), which on AWS a filter makes of the access log, as unitless as a filter's are.
 */
export class ApiAnswers implements Source {
  private readonly answers: Pick<RelayList<ApiAnswer>, 'next'>;
  /** Names of APIs by their ids. */
  private readonly names: ReadonlyMap<string, string>;

  constructor(answers: Pick<RelayList<ApiAnswer>, 'next'>, names: ReadonlyMap<string, string>) {
    this.answers = answers;
    this.names = names;
  }

  async measure(): Promise<Datum[]> {
    return (await this.answers.next()).flatMap((answer) => this.count(answer));
  }

  private count({ apiId, stage, status, ms, at }: ApiAnswer): Datum[] {
    const name = this.names.get(apiId);
    if (name === undefined) return [];
    const metrics = [
      { name: 'Count', value: 1, unit: 'Count' },
      { name: '4XXError', value: status >= 400 && status < 500 ? 1 : 0, unit: 'Count' },
      { name: '5XXError', value: status >= 500 ? 1 : 0, unit: 'Count' },
      { name: 'Latency', value: ms, unit: 'Milliseconds' },
    ] as const;
    const counted = [{ ApiName: name }, { ApiName: name, Stage: stage }].flatMap((dimensions) =>
      metrics.map(({ name, value, unit }): Datum => {
        return { namespace: 'AWS/ApiGateway', name, dimensions, unit, at, values: [value] };
      }),
    );
    if (status !== 429) return counted;
    const filtered = { namespace: 'Llavero/Api', name: 'TooManyRequests', dimensions: {}, unit: 'None' } as const;
    return [...counted, { ...filtered, at, values: [1] }];
  }
}
