import { readFile } from 'node:fs/promises';
import { projectPath } from './project.ts';

/** Parses the file; zod's schemas fit this type. */
interface Schema<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

/** Reads a local cloud's `.local/<port>/stack.json`; if none runs, the error says what to do. */
export async function readStackFile<T>(port: number, schema: Schema<T>): Promise<T> {
  let text: string;
  try {
    text = await readFile(projectPath(`.local/${port}/stack.json`), 'utf8');
  } catch (cause) {
    throw new Error(`No local cloud on port ${port}: start one with "npm run local:up -- --port ${port}"`, { cause });
  }
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`.local/${port}/stack.json is not what this version writes: start it again`);
  return parsed.data;
}
