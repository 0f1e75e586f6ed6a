import { ApiProblemError } from '@llavero/client';
import { lazy, Suspense, useSyncExternalStore } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { CrashBoundary } from '../common/crash-boundary.tsx';
import { useWorkplace } from '../common/session-context.tsx';
import { CrashPage } from './pages/crash-page.tsx';
import { SignedOutPage } from './pages/signed-out-page.tsx';
import { TokensPage } from './pages/tokens-page.tsx';
import { Loading } from './parts/loading.tsx';
import { ProblemNotice } from './parts/problem-notice.tsx';
import { Shell } from './parts/shell.tsx';
import { PATHS } from './paths.ts';
import { useMe } from './queries.ts';

const MissingPage = lazy(async () => ({ default: (await import('./pages/missing-page.tsx')).MissingPage }));
const NotAllowedPage = lazy(async () => ({ default: (await import('./pages/not-allowed-page.tsx')).NotAllowedPage }));
const SupportPage = lazy(async () => ({ default: (await import('./pages/support-page.tsx')).SupportPage }));
const TokenPage = lazy(async () => ({ default: (await import('./pages/token-page.tsx')).TokenPage }));
const ChangePage = lazy(async () => ({ default: (await import('./pages/change-page.tsx')).ChangePage }));
const ChangesPage = lazy(async () => ({ default: (await import('./pages/changes-page.tsx')).ChangesPage }));
const ReceiptPage = lazy(async () => ({ default: (await import('./pages/receipt-page.tsx')).ReceiptPage }));
const RecordPage = lazy(async () => ({ default: (await import('./pages/record-page.tsx')).RecordPage }));

/** The console of a signed-in person. */
export function App() {
  const { session } = useWorkplace();
  const ended = useSyncExternalStore(session.subscribe, () => session.ended);
  // Nothing of the company stays on the screen of somebody who left.
  if (ended === 'unreached') return <SignedOutPage why="unreached" />;
  return (
    <Shell>
      <CrashBoundary fallback={<CrashPage within />}>
        <Suspense fallback={<Loading />}>
          <Gate />
        </Suspense>
      </CrashBoundary>
    </Shell>
  );
}

/** Only administrators go on; the service would refuse everybody else anyway. */
function Gate() {
  const me = useMe();
  if (me.data?.user.role === 'ADMINISTRATOR') return <Pages />;
  if (me.data) return <NotAllowedPage kind="secondary" company={me.data.company.name} />;
  if (me.error instanceof ApiProblemError && me.error.problem.code === 'USER_DISABLED') {
    return <NotAllowedPage kind="disabled" company="" />;
  }
  if (me.error) return <ProblemNotice error={me.error} onRetry={() => void me.refetch()} />;
  return <Loading />;
}

function Pages() {
  return (
    <Switch>
      <Route path="/">
        <Redirect to={PATHS.virtual} replace />
      </Route>
      <Route path={PATHS.virtual}>
        <TokensPage kind="VIRTUAL" />
      </Route>
      <Route path={PATHS.physical}>
        <TokensPage kind="PHYSICAL" />
      </Route>
      <Route path={`${PATHS.virtual}/:tokenId`}>{({ tokenId }) => <TokenPage key={tokenId} tokenId={tokenId} />}</Route>
      <Route path={PATHS.changes}>
        <ChangesPage />
      </Route>
      <Route path={`${PATHS.changes}/:changeId`}>
        {({ changeId }) => <ChangePage key={changeId} changeId={changeId} />}
      </Route>
      <Route path={`${PATHS.changes}/:changeId/comprobante`}>
        {({ changeId }) => <ReceiptPage key={changeId} changeId={changeId} />}
      </Route>
      <Route path={PATHS.record}>
        <RecordPage />
      </Route>
      <Route path={PATHS.support}>
        <SupportPage />
      </Route>
      <Route>
        <MissingPage />
      </Route>
    </Switch>
  );
}
