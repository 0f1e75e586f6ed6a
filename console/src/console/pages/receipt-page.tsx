import '../styles/change-layer.css';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { localized } from '../../common/i18n.ts';
import { formatMoment } from '../../common/time.ts';
import { Button } from '../../common/ui/button.tsx';
import { Notice } from '../../common/ui/notice.tsx';
import type { Receipt } from '../api-types.ts';
import { RECEIPT_TEXTS } from '../i18n/receipt.ts';
import { Loading } from '../parts/loading.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { PATHS } from '../paths.ts';
import { useMe, useReasons, useReceipt } from '../queries.ts';
import { saveReceipt } from '../save-file.ts';

/** The receipt of a change to be read and printed, beside the file that proves it. */
export function ReceiptPage({ changeId }: { changeId: string }) {
  const { t } = useTranslation();
  const texts = useTexts();
  const receipt = useReceipt(changeId, true);
  const { data: file } = receipt;
  return (
    <>
      <PageHeader
        title={texts.title}
        trail={[
          { label: t('nav.changes'), href: PATHS.changes },
          { label: t('change.titleShort'), href: PATHS.change(changeId) },
          { label: texts.title },
        ]}
      />
      {receipt.error ? <ProblemNotice error={receipt.error} onRetry={() => void receipt.refetch()} /> : null}
      {receipt.isPending ? <Loading /> : null}
      {file === null ? <Notice tone="info" title={texts.none} /> : null}
      {file ? (
        <div className="receipt">
          <ReceiptFacts file={file} />
          <Proof receipt={JSON.parse(file) as Receipt} />
          <section className="card receipt-part">
            <h2>{texts.verify}</h2>
            <p>{texts.notProof}</p>
            <ol className="how-list">
              {texts.steps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
            <p>{texts.format}</p>
            <div className="card-actions no-print">
              <Button icon="download" onPress={() => saveReceipt(changeId, file)}>
                {texts.download}
              </Button>
              <Button icon="print" onPress={() => window.print()}>
                {texts.print}
              </Button>
            </div>
          </section>
        </div>
      ) : null}
    </>
  );
}

function useTexts() {
  const { i18n } = useTranslation();
  return RECEIPT_TEXTS[i18n.language === 'en' ? 'en' : 'es'];
}

function ReceiptFacts({ file }: { file: string }) {
  const { t, i18n } = useTranslation();
  const texts = useTexts();
  const me = useMe();
  const { change, device, issuedAt, keyId } = JSON.parse(file) as Receipt;
  const reasons = useReasons(change.action);
  const reason = reasons.data?.find(({ code }) => code === change.reason);
  const digest = useQuery({
    queryKey: ['digest', file],
    queryFn: () => hashFile(file),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const moment = (at: string) => formatMoment(at, i18n.language);
  const { authorization } = change;
  const staff = authorization?.rescue;
  const facts: readonly (readonly [string, ReactNode] | false | null | undefined)[] = [
    [texts.company, <Named key="c" name={me.data?.company.name ?? ''} id={change.companyId} />],
    [t('dialog.action'), t(`action.${change.action}`)],
    [t('dialog.reason'), reason ? localized(reason.label, i18n.language) : change.reason],
    change.note !== null && [t('dialog.note'), change.note],
    [texts.holder, <Named key="h" name={change.holder.fullName} id={change.holder.userId} />],
    [t('dialog.token'), <Code key="t" text={change.tokenId} />],
    [t('change.requestedBy'), <Named key="r" name={change.requestedBy.fullName} id={change.requestedBy.userId} />],
    [t('change.requestedAt'), moment(change.createdAt)],
    authorization &&
      !staff && [
        texts.authorized,
        <Named key="a" name={authorization.decidedBy.fullName} id={authorization.decidedBy.userId} />,
      ],
    staff && [texts.staff, `${staff.proposedBy.fullName} · ${staff.confirmedBy.fullName}`],
    [texts.applied, moment(change.appliedAt)],
    device && [texts.device, <Code key="d" text={device.deviceId} />],
    [texts.changeId, <Code key="i" text={change.changeId} />],
    [texts.issued, moment(issuedAt)],
    [texts.key, <Code key="k" text={keyId} />],
    [texts.digest, <Code key="s" text={digest.data ?? ''} />],
  ];
  return (
    <section className="card receipt-part">
      <h2>{texts.facts}</h2>
      <dl className="facts">
        {facts.map((fact) =>
          fact ? (
            <div className="fact" key={fact[0]}>
              <dt>{fact[0]}</dt>
              <dd>{fact[1]}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </section>
  );
}

function Proof({ receipt: { change, decision } }: { receipt: Receipt }) {
  const texts = useTexts();
  return (
    <section className="card receipt-part">
      <h2>{texts.proof}</h2>
      {decision ? (
        <>
          <p>{texts.byPhone}</p>
          <p>{texts.byBank}</p>
        </>
      ) : (
        <p>{change.authorization ? texts.rescue : texts.block}</p>
      )}
    </section>
  );
}

function Named({ name, id }: { name: string; id: string }) {
  return (
    <>
      {name}
      <span className="fact-note code">{id}</span>
    </>
  );
}

function Code({ text }: { text: string }) {
  return <span className="code code-long">{text}</span>;
}

async function hashFile(file: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(file));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
