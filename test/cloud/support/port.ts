/** The port of the local cloud that the suite starts: parts of it that run side by side have their own. */
export const OWN_PORT = Number(process.env.LLAVERO_SUITE_PORT ?? 4570);

/** The port the tests use: handed to the workers through the environment. */
export function cloudPort(): number {
  return Number(process.env.LLAVERO_CLOUD_PORT ?? OWN_PORT);
}

/** Long enough for the slowest case on a busy machine, short enough to wait for one expiry. */
export const HOLD_SECONDS = 30;
