/** The content of a push: a wake-up, never the change itself. */
export interface Push {
  readonly type: string;
  readonly changeId: string;
  /** The name of the text to show, which the page has in its languages. */
  readonly text: string;
}

interface RelayedPush {
  readonly seq: number;
  readonly pushToken: string;
  readonly payload: unknown;
}

interface FcmMessage {
  readonly fcmV1Message?: { message?: { android?: { notification?: { body_loc_key?: string } } } };
}

const POLL_MS = 1_000;

/** Listens to the local cloud's relay as a phone listens to its platform; gives a way to stop. */
export function listenToPushes(relayUrl: string, pushToken: string, onPush: (push: Push) => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;

  async function read(since: number): Promise<RelayedPush[]> {
    const response = await fetch(`${relayUrl}/_relay/pushes?since=${since}`, { signal, cache: 'no-store' });
    if (!response.ok) throw new Error(`The relay answered ${response.status}`);
    return ((await response.json()) as { items: RelayedPush[] }).items;
  }

  async function listen(): Promise<void> {
    // Pushes from before this page was opened are pulled, not announced.
    let last: number | null = null;
    while (!signal.aborted) {
      try {
        const items = await read(last ?? 0);
        for (const item of items) {
          if (last !== null && item.pushToken === pushToken) onPush(parsePush(item.payload));
        }
        last = Math.max(last ?? 0, ...items.map(({ seq }) => seq));
      } catch {
        // A push may always fail: the next round, or the next pull, makes up for it.
      }
      await pause(POLL_MS, signal);
    }
  }

  void listen();
  return () => stop.abort();
}

/** The data, and the name of the text as FCM v1 gets it: this page enrols as an Android phone. */
function parsePush(payload: unknown): Push {
  const { type = '', changeId = '', GCM } = (payload ?? {}) as Partial<Push> & { GCM?: FcmMessage };
  return { type, changeId, text: GCM?.fcmV1Message?.message?.android?.notification?.body_loc_key ?? '' };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
