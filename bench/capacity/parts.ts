import type { CapacityData } from './data.ts';
import type { FunctionFigures, StepFigures } from './measured.ts';

/** A part of what a release costs: what belongs to it, summed. */
export interface Part {
  readonly id: string;
  readonly title: string;
  /** True if a release cannot do without it. */
  readonly own: boolean;
  readonly apiRequests: number;
  readonly invocations: number;
  readonly ms: number;
  readonly logBytes: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly reads: number;
  readonly writes: number;
  readonly transitions: number;
}

interface PartSpec {
  readonly id: string;
  readonly title: string;
  readonly own: boolean;
  /** Steps of the measurement, and the functions of them that belong here. */
  readonly from: Readonly<Record<string, readonly string[]>>;
  readonly apiRequests: number;
}

/** Maps the measured steps and functions to the parts. */
const PARTS: readonly PartSpec[] = [
  {
    id: 'request',
    title: 'request and hold',
    own: true,
    from: { hold: ['request-change', 'hold-change'] },
    apiRequests: 1,
  },
  {
    id: 'look',
    title: 'the phone asks what waits',
    own: true,
    from: { decide: ['list-authorizations'] },
    apiRequests: 1,
  },
  {
    id: 'decide',
    title: 'decision and effect',
    own: true,
    from: { decide: ['decide-change', 'apply-change'] },
    apiRequests: 1,
  },
  {
    id: 'notices',
    title: 'notices to the holder, and the endpoint dropped',
    own: false,
    from: { hold: ['send-notices'], decide: ['send-notices'] },
    apiRequests: 0,
  },
  {
    id: 'archive',
    title: 'the record’s archive and bus',
    own: false,
    from: { hold: ['archive-events', 'publish-events'], decide: ['archive-events', 'publish-events'] },
    apiRequests: 0,
  },
  {
    id: 'receipt',
    title: 'receipt, where one is asked for',
    own: false,
    from: { receipt: ['get-receipt'] },
    apiRequests: 1,
  },
  {
    id: 'next-phone',
    title: 'the next phone, enrolled',
    own: false,
    from: {
      'next-phone': [
        'create-activation-code',
        'get-app-me',
        'enrol-device',
        'send-notices',
        'archive-events',
        'publish-events',
      ],
    },
    apiRequests: 3,
  },
];

/** The parts of one release, each in the figures of the measurement. */
export function buildParts({ measured }: Pick<CapacityData, 'measured'>): Part[] {
  const parts = PARTS.map(({ from, ...spec }) => {
    const functions = Object.entries(from).flatMap(([step, names]) =>
      names.map((name) => findFunction(measured.steps, step, name)),
    );
    return { ...spec, ...sum(functions), transitions: spec.id === 'decide' ? measured.transitions : 0 };
  });
  const looks = findStep(measured.steps, 'looks').apiRequests;
  return [
    ...parts.slice(0, 3),
    {
      id: 'polls',
      title: `${looks} looks at the status`,
      own: true,
      apiRequests: looks,
      ...sum([findFunction(measured.steps, 'looks', 'get-change')]),
      transitions: 0,
    },
    reconcilerPart(measured.steps),
    ...parts.slice(3),
  ];
}

/** The cost that one change adds to the reconciler's runs: a look at a held and an ended change, less an empty run. */
function reconcilerPart(steps: readonly StepFigures[]): Part {
  const of = (step: string) => sum([findFunction(steps, step, 'reconcile-changes')]);
  const idle = of('look-at-nothing');
  const [held, ended] = [less(of('look-while-held'), idle), less(of('look-at-end'), idle)];
  return {
    id: 'reconciler',
    title: 'the reconciler, beside its empty runs',
    own: true,
    apiRequests: 0,
    ...plus(held, ended),
    transitions: 0,
  };
}

/** The cost of a reconciler's run that finds nothing to do. */
export function idleRun(steps: readonly StepFigures[]): Sum {
  return sum([findFunction(steps, 'look-at-nothing', 'reconcile-changes')]);
}

type Sum = Pick<Part, 'invocations' | 'ms' | 'logBytes' | 'calls' | 'reads' | 'writes'>;

function sum([first, ...others]: readonly Sum[]): Sum {
  if (!first) throw new Error('A part has a function');
  const { invocations, ms, logBytes, calls, reads, writes } = first;
  return others.reduce(plus, { invocations, ms, logBytes, calls, reads, writes });
}

function plus(a: Sum, b: Sum): Sum {
  return combined(a, b, (x, y) => x + y);
}

function less(a: Sum, b: Sum): Sum {
  return combined(a, b, (x, y) => Math.max(0, x - y));
}

function combined(a: Sum, b: Sum, of: (x: number, y: number) => number): Sum {
  const names = [...new Set([...Object.keys(a.calls), ...Object.keys(b.calls)])].sort();
  return {
    invocations: of(a.invocations, b.invocations),
    ms: of(a.ms, b.ms),
    logBytes: of(a.logBytes, b.logBytes),
    reads: of(a.reads, b.reads),
    writes: of(a.writes, b.writes),
    calls: Object.fromEntries(
      names
        .map((name): [string, number] => [name, of(a.calls[name] ?? 0, b.calls[name] ?? 0)])
        .filter(([, count]) => count > 0),
    ),
  };
}

function findFunction(steps: readonly StepFigures[], step: string, name: string): FunctionFigures {
  const found = findStep(steps, step).functions.find((each) => each.name === name);
  if (!found) throw new Error(`${name} was not measured in the step ${step}`);
  return found;
}

function findStep(steps: readonly StepFigures[], name: string): StepFigures {
  const found = steps.find((each) => each.name === name);
  if (!found) throw new Error(`The step ${name} was not measured`);
  return found;
}

/** Calls of several parts together, by `service.Operation`. */
export function countCalls(parts: readonly Part[]): Record<string, number> {
  const calls: Record<string, number> = {};
  for (const part of parts)
    for (const [name, count] of Object.entries(part.calls)) calls[name] = (calls[name] ?? 0) + count;
  return calls;
}
