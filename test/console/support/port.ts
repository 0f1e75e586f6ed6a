/** The port of the local cloud that the suite starts. */
export const OWN_PORT = 4580;

/** Long enough for a person's steps on a busy machine, short enough to wait for one expiry. */
export const HOLD_SECONDS = 30;
