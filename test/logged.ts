import { type LogFields, log } from '../shared/telemetry/log.ts';

export type LogLine = [message: string, fields: LogFields];

/** The lines that some work logs, whatever their level, with what each says; an error beside them is not told. */
export async function loggedBy(work: () => Promise<unknown>): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  const note = (message: string, fields: LogFields = {}) => void lines.push([message, fields]);
  const spies = [
    jest.spyOn(log, 'info').mockImplementation(note),
    jest.spyOn(log, 'warn').mockImplementation(note),
    jest.spyOn(log, 'error').mockImplementation((message, _error, fields) => note(message, fields)),
  ];
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return lines;
}
