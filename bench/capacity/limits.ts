import { type CapacityData, findRow, type Quota } from './data.ts';
import { countCalls, type Part } from './parts.ts';

/** The share of a limit that the target takes. */
export interface Load {
  readonly service: string;
  readonly what: string;
  readonly limit: number;
  readonly unit: string;
  readonly atMean: number;
  readonly atPeak: number;
  /** Releases a second at which the limit is reached. */
  readonly reachedAt: number;
  readonly remedy: string;
  readonly source: string;
  readonly confirmed: boolean;
  /** Whose limit it is: of AWS, or of the product's own settings and code. */
  readonly owner: 'AWS' | 'product';
}

/** Releases a second in the mean of the target hour, and in its busiest seconds. */
export function targetRates({ assumptions }: Pick<CapacityData, 'assumptions'>): { mean: number; peak: number } {
  const mean = assumptions.releasesPerHour.value / 3600;
  return { mean, peak: mean * assumptions.peakFactor.value };
}

/** Executions at once, by Little's law: those that come in a second, times the seconds each takes. */
export function concurrency(perSecond: number, milliseconds: number): number {
  return (perSecond * milliseconds) / 1000;
}

/** Every limit that releases use, the tightest first. */
export function computeLoads(data: CapacityData, parts: readonly Part[]): Load[] {
  const { quotas, measured, assumptions } = data;
  const { mean, peak } = targetRates(data);
  const total = (of: (part: Part) => number) => parts.reduce((sum, part) => sum + of(part), 0);
  const calls = countCalls(parts);
  const called = (name: RegExp) =>
    Object.entries(calls).reduce((sum, [operation, count]) => sum + (name.test(operation) ? count : 0), 0);
  const load = (limit: Limit, perRelease: number): Load => ({
    ...limit,
    atMean: (perRelease * mean) / limit.limit,
    atPeak: (perRelease * peak) / limit.limit,
    reachedAt: limit.limit / perRelease,
  });
  const ofAws = (id: string, perRelease: number) => load(buildLimit(findRow(quotas, id)), perRelease);

  const invocations = total((part) => part.invocations);
  const apiRequests = total((part) => part.apiRequests);
  const loads = [
    ofAws('lambda-concurrency', concurrency(invocations, assumptions.billedMsPerInvocation.value)),
    ofAws('api-requests', apiRequests),
    ofAws('states-start', called(/^states\.StartExecution$/)),
    ofAws('states-answer', called(/^states\.SendTask/)),
    ofAws(
      'states-transitions',
      total((part) => part.transitions),
    ),
    ofAws('sns-publish', called(/^sns\.Publish$/)),
    ofAws('sns-endpoints', called(/^sns\.(DeleteEndpoint|CreatePlatformEndpoint)$/)),
    ofAws('ses-send', called(/^email\./)),
    ofAws('kms-symmetric', called(/^kms\.(Encrypt|Decrypt|GenerateMac|VerifyMac)$/)),
    ofAws('kms-ecc', called(/^kms\.Sign$/)),
    ofAws(
      'table-writes',
      total((part) => part.writes),
    ),
    ofAws(
      'new-table-writes',
      total((part) => part.writes),
    ),
    ofAws(
      'table-reads',
      total((part) => part.reads),
    ),
    ofAws('logs-put', invocations + apiRequests),
    ofAws('cognito-sign-in', assumptions.signInsPerRelease.value),
    load(
      {
        service: 'product',
        what: 'requests of the stage (`apiRatePerSecond`, default)',
        limit: measured.stage.apiRatePerSecond,
        unit: 'per second',
        remedy: 'raise the stage’s setting; the look at the status is most of it',
        source: 'infra/settings.ts',
        confirmed: true,
        owner: 'product',
      },
      apiRequests,
    ),
  ];
  return loads.filter(({ reachedAt }) => Number.isFinite(reachedAt)).sort((a, b) => b.atPeak - a.atPeak);
}

type Limit = Omit<Load, 'atMean' | 'atPeak' | 'reachedAt'>;

function buildLimit({ service, what, value, unit, remedy, source, confirmed }: Quota): Limit {
  return { service, what, limit: value, unit, remedy, source, confirmed, owner: 'AWS' };
}
