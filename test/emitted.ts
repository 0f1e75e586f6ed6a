import './loud-env.ts';

/** Sums the service's own metrics that some work emitted, each as `Name`, or `Name VALUE` with its own dimension. */
export async function emittedBy(work: () => Promise<unknown>): Promise<[metric: string, amount: number][]> {
  const lines: string[] = [];
  const spy = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return lines.flatMap((line) => {
    const { _aws, service: _service, ...members } = JSON.parse(line);
    const name: string | undefined = _aws?.CloudWatchMetrics[0].Metrics[0].Name;
    if (name === undefined) return [];
    const own = Object.values(members).filter((value) => typeof value === 'string');
    return [[[name, ...own].join(' '), members[name]]];
  });
}
