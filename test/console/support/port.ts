/** The port of the local cloud that the suite starts: parts of it that run side by side have their own. */
export const OWN_PORT = Number(process.env.LLAVERO_SUITE_PORT ?? 4580);

/** Long enough for a person's steps on a busy machine, short enough to wait for one expiry. */
export const HOLD_SECONDS = 30;
