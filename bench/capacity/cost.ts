import { type Assumptions, type CapacityData, findRow, type Price } from './data.ts';
import type { Measured } from './measured.ts';
import { countCalls, idleRun, type Part } from './parts.ts';

/** One line of a bill. */
export interface CostLine {
  readonly price: Price;
  readonly quantity: number;
  readonly usd: number;
}

/** Costs an amount of a row: proportional, without free allowances, tiers and minimums. */
export function computeCost(prices: readonly Price[], id: string, quantity: number): CostLine {
  const price = findRow(prices, id);
  return { price, quantity, usd: (quantity / price.per) * price.usd };
}

const BYTES_PER_GB = 1024 ** 3;
const SYMMETRIC = /^kms\.(Encrypt|Decrypt|GenerateMac|VerifyMac)$/;
const ASYMMETRIC = /^kms\.(Sign|GetPublicKey)$/;

/** The bill for parts of so many releases, line by line, those that come to nothing left out. */
export function buildBill(data: CapacityData, parts: readonly Part[], releases: number): CostLine[] {
  const { measured, prices, assumptions } = data;
  const total = (of: (part: Part) => number) => parts.reduce((sum, part) => sum + of(part), 0) * releases;
  const calls = countCalls(parts);
  const callsNamed = (name: RegExp) =>
    Object.entries(calls).reduce((sum, [operation, count]) => sum + (name.test(operation) ? count : 0), 0) * releases;
  const invocations = total((part) => part.invocations);
  const apiRequests = total((part) => part.apiRequests);
  const logBytes = total((part) => part.logBytes) + apiRequests * assumptions.accessLogLineBytes.value;
  const quantities: readonly (readonly [id: string, quantity: number])[] = [
    ['dynamodb-write', total((part) => part.writes)],
    ['dynamodb-read', total((part) => part.reads)],
    ['api-request', apiRequests],
    ['waf-request', apiRequests],
    ['lambda-request', invocations],
    ['lambda-duration', gbSeconds(invocations, measured, assumptions)],
    ['states-transition', total((part) => part.transitions)],
    ['sns-push', callsNamed(/^sns\.Publish$/)],
    ['ses-mail', callsNamed(/^email\./)],
    ['kms-symmetric', callsNamed(SYMMETRIC)],
    ['kms-asymmetric', callsNamed(ASYMMETRIC)],
    ['s3-put', callsNamed(/^s3\.Put/)],
    // One event of a record in each call.
    ['events-put', callsNamed(/^events\.PutEvents$/)],
    ['logs-ingest', logBytes / BYTES_PER_GB],
    ['xray-trace', apiRequests * assumptions.traceSampling.value],
  ];
  return quantities.flatMap(([id, quantity]) => (quantity > 0 ? [computeCost(prices, id, quantity)] : []));
}

function gbSeconds(invocations: number, { stage }: Measured, { billedMsPerInvocation }: Assumptions): number {
  return (invocations * billedMsPerInvocation.value * stage.functionMemoryMb) / 1024 / 1000;
}

/** Costs a month of a stage that nobody uses. */
export function monthlyBill({ measured, prices, assumptions }: CapacityData): CostLine[] {
  const { stage, steps } = measured;
  const runs = assumptions.hoursPerMonth.value * 60;
  const idle = idleRun(steps);
  return [
    computeCost(prices, 'alarm', stage.alarmMetrics),
    ...(stage.compositeAlarms > 0 ? [computeCost(prices, 'composite-alarm', stage.compositeAlarms)] : []),
    computeCost(prices, 'dashboard', stage.dashboards),
    computeCost(prices, 'custom-metric', stage.customMetrics),
    computeCost(prices, 'kms-key', stage.keys),
    computeCost(prices, 'waf-acl', stage.webAcls),
    computeCost(prices, 'waf-rule', stage.webAclRules),
    computeCost(prices, 'secret', stage.secrets),
    computeCost(prices, 'lambda-request', runs),
    computeCost(prices, 'lambda-duration', gbSeconds(runs, measured, assumptions)),
    computeCost(prices, 'dynamodb-read', runs * idle.reads),
    computeCost(prices, 'logs-ingest', (runs * idle.logBytes) / BYTES_PER_GB),
  ];
}

/** Costs a month's storage of the tokens, and the storage that a month's releases add. */
export function storageBill({ measured, prices }: CapacityData, people: number, releases: number): CostLine[] {
  const gigabytes = (people * measured.storage.perPerson + releases * measured.storage.perRelease) / BYTES_PER_GB;
  return [computeCost(prices, 'dynamodb-storage', gigabytes), computeCost(prices, 'dynamodb-recovery', gigabytes)];
}

export const sumCosts = (lines: readonly CostLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);
