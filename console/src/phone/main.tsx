import '../shared/styles/index.css';
import './styles.css';
import { createClient } from '@llavero/client';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { loadConfig } from '../shared/config.ts';
import { CrashBoundary } from '../shared/crash-boundary.tsx';
import { startI18n } from '../shared/i18n.ts';
import { IdleWatch } from '../shared/idle.ts';
import { createQueryClient } from '../shared/query.ts';
import { Session } from '../shared/session.ts';
import { WorkplaceProvider } from '../shared/session-context.tsx';
import { arrive } from '../shared/sign-in.ts';
import { createPhoneApi } from './api.ts';
import { App } from './app.tsx';
import { MESSAGES } from './i18n/messages.ts';
import { isPassing } from './passing.ts';
import { ApiProvider } from './queries.ts';
import { CrashScreen } from './screens/crash-screen.tsx';
import { SignedOutScreen } from './screens/signed-out-screen.tsx';

async function start(): Promise<void> {
  const root = createRoot(document.getElementById('root') as HTMLElement);
  await startI18n(MESSAGES);
  try {
    const config = await loadConfig();
    const session = new Session(config, 'llavero/app');
    const arrival = await arrive(session, '/salida');
    if (arrival === 'leaving') return;
    const workplace = { config, session, idle: new IdleWatch(session), service: createClient(config.apiUrl, session) };
    root.render(
      <CrashBoundary fallback={<CrashScreen />}>
        <WorkplaceProvider value={workplace}>
          <ApiProvider value={createPhoneApi(config, session)}>
            <QueryClientProvider client={createQueryClient(isPassing)}>
              {arrival === 'arrived' ? <App /> : <SignedOutScreen failed={arrival === 'failed'} />}
            </QueryClientProvider>
          </ApiProvider>
        </WorkplaceProvider>
      </CrashBoundary>,
    );
  } catch {
    root.render(<CrashScreen />);
  }
}

void start();
