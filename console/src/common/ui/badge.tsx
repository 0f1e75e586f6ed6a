import type { Tone } from './notice.tsx';

/** A state in one or two words; its colour repeats what the words say. */
export function Badge({ tone, children }: { tone: Tone; children: string }) {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}
