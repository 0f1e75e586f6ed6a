import type * as z from 'zod/mini';

/** A schema of the API as the document names and describes it. */
export interface Shape {
  readonly schema: z.ZodMiniType;
  readonly description: string;
  /** One sentence for each of its members; none for an enumeration. */
  readonly fields?: Readonly<Record<string, string>>;
}

export type Shapes = Readonly<Record<string, Shape>>;
