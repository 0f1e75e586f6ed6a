import '../common/styles/index.css';
import './styles.css';
import { createClient, isPassing } from '@llavero/client';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { loadConfig } from '../common/config.ts';
import { CrashBoundary } from '../common/crash-boundary.tsx';
import { startI18n } from '../common/i18n.ts';
import { IDLE_MINUTES, IdleWatch } from '../common/idle.ts';
import { createQueryClient } from '../common/query.ts';
import { Session } from '../common/session.ts';
import { WorkplaceProvider } from '../common/session-context.tsx';
import { arrive } from '../common/sign-in.ts';
import { App } from './app.tsx';
import { MESSAGES } from './i18n/messages.ts';
import { CrashPage } from './pages/crash-page.tsx';
import { SignedOutPage } from './pages/signed-out-page.tsx';
import { PATHS } from './paths.ts';

async function start(): Promise<void> {
  const root = createRoot(document.getElementById('root') as HTMLElement);
  await startI18n(MESSAGES);
  try {
    const config = await loadConfig(['phoneUrl']);
    const session = new Session(config, 'llavero/console');
    const arrival = await arrive(session, PATHS.signedOut);
    if (arrival === 'leaving') return;
    const workplace = {
      config,
      session,
      idle: new IdleWatch({ minutes: IDLE_MINUTES, isOn: () => session.signedIn, end: () => session.end('idle') }),
      service: createClient(config.apiUrl, session),
    };
    root.render(
      <CrashBoundary fallback={<CrashPage />}>
        <WorkplaceProvider value={workplace}>
          <QueryClientProvider client={createQueryClient(isPassing)}>
            {arrival === 'arrived' ? <App /> : <SignedOutPage why={arrival === 'failed' ? 'failed' : 'signedOut'} />}
          </QueryClientProvider>
        </WorkplaceProvider>
      </CrashBoundary>,
    );
  } catch {
    root.render(<CrashPage />);
  }
}

void start();
