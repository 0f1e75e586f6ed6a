import * as z from 'zod';
import { readStackFile } from '../tools/read-stack-file.ts';

const clientSchema = z.object({ clientId: z.string(), redirectUri: z.string() });

/** The members that this command reads of the file in which a local cloud describes itself. */
const stackSchema = z.object({
  apiUrl: z.url(),
  login: z.object({ authorizeUrl: z.url(), tokenUrl: z.url() }),
  clients: z.object({ console: clientSchema, app: clientSchema }),
  demo: z.object({ password: z.string() }),
});

export type Stack = z.infer<typeof stackSchema>;

/** The local cloud on this port; fails with what to do when it is not running. */
export const readStack = (port: number): Promise<Stack> => readStackFile(port, stackSchema);
