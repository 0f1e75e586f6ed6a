import '../common/styles/index.css';
import './styles.css';
import { createClient } from '@llavero/client';
import { createRoot } from 'react-dom/client';
import { loadConfig } from '../common/config.ts';
import { CrashBoundary } from '../common/crash-boundary.tsx';
import { startI18n } from '../common/i18n.ts';
import { IDLE_MINUTES, IdleWatch } from '../common/idle.ts';
import { Session } from '../common/session.ts';
import { WorkplaceProvider } from '../common/session-context.tsx';
import { arrive } from '../common/sign-in.ts';
import { MESSAGES } from './i18n/messages.ts';
import { keepLinkedCode } from './linked-code.ts';
import { Root } from './root.tsx';
import { CrashScreen } from './screens/crash-screen.tsx';
import { SignedOutScreen } from './screens/signed-out-screen.tsx';
import { Vault, VaultProvider } from './vault/vault.ts';
import { followVersions } from './versions.ts';

/** A phone that nobody touches for so long locks. */
const LOCK_MINUTES = 1;

async function start(): Promise<void> {
  keepLinkedCode();
  const root = createRoot(document.getElementById('root') as HTMLElement);
  await startI18n(MESSAGES);
  try {
    const config = await loadConfig();
    const session = new Session(config, 'llavero/app');
    const vault = new Vault();
    await vault.refresh();
    const arrival = await enter(vault, session);
    if (arrival === 'leaving') return;
    new IdleWatch({ minutes: LOCK_MINUTES, isOn: () => vault.guards(vault.opened?.userId), end: vault.lock });
    const idle = new IdleWatch({
      minutes: IDLE_MINUTES,
      // Where there is a phone, the lock stands before the sign-in too.
      isOn: () => session.signedIn && !vault.guards(session.userId),
      end: () => session.end('idle'),
    });
    void followVersions(vault);
    const workplace = { config, session, idle, service: createClient(config.apiUrl, session) };
    root.render(
      <CrashBoundary fallback={<CrashScreen />}>
        <WorkplaceProvider value={workplace}>
          <VaultProvider value={vault}>
            {arrival === 'arrived' ? <Root /> : <SignedOutScreen why={arrival} />}
          </VaultProvider>
        </WorkplaceProvider>
      </CrashBoundary>,
    );
  } catch {
    root.render(<CrashScreen />);
  }
}

/** A phone that is kept here opens by its lock, without a sign-in and without a network. */
async function enter(
  vault: Vault,
  session: Session,
): Promise<'arrived' | 'leaving' | 'signedOut' | 'failed' | 'offline'> {
  if (vault.accounts.some(({ lock }) => lock) && location.pathname !== '/callback') return 'arrived';
  if (!navigator.onLine) return 'offline';
  const arrival = await arrive(session, '/salida');
  return arrival === 'signed-out' ? 'signedOut' : arrival;
}

void start();
