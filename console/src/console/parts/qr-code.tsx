import { useTranslation } from 'react-i18next';
import { buildActivationLink } from '../../common/activation-link.ts';
import { useWorkplace } from '../../common/session-context.tsx';
import { drawQr } from '../draw-qr.ts';

/** An activation code for a camera: the link that opens the phone with the code filled in. */
export function QrCode({ activationCode }: { activationCode: string }) {
  const { t } = useTranslation();
  const { phoneUrl } = useWorkplace().config;
  if (!phoneUrl) return null;
  const { path, size } = drawQr(buildActivationLink(phoneUrl, activationCode));
  // Dark on light in either theme.
  return (
    <svg
      className="qr"
      role="img"
      aria-label={t('activation.qr')}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
