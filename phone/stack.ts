import { readFile } from 'node:fs/promises';
import * as z from 'zod';

const clientSchema = z.object({ clientId: z.string(), redirectUri: z.string() });

/** What this command reads of the file in which a local cloud says where it is. */
const stackSchema = z.object({
  apiUrl: z.url(),
  login: z.object({ authorizeUrl: z.url(), tokenUrl: z.url() }),
  clients: z.object({ console: clientSchema, app: clientSchema }),
  demo: z.object({ password: z.string() }),
});

export type Stack = z.infer<typeof stackSchema>;

/** The local cloud on this port; fails with what to do when it is not running. */
export async function readStack(port: number): Promise<Stack> {
  const file = new URL(`../.local/${port}/stack.json`, import.meta.url);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new Error(`No local cloud on port ${port}: start one with "npm run local:up -- --port ${port}"`, { cause });
  }
  const parsed = stackSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`.local/${port}/stack.json is not what this version writes: start it again`);
  return parsed.data;
}
