/** The part of the Shape Detection API that reads codes; not every browser has it. */
interface Detector {
  detect(image: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}

declare global {
  interface Window {
    readonly BarcodeDetector?: new (options: { formats: readonly string[] }) => Detector;
  }
}

const LOOK_EVERY_MS = 200;

/** True if this browser can read a QR code by its camera. */
export function canReadQr(): boolean {
  return window.BarcodeDetector !== undefined && navigator.mediaDevices !== undefined;
}

/**
 * Shows the camera in the video and looks for a QR code until `read` makes something of one. Returns how to stop;
 * fails where there is no camera or the person refuses it.
 */
export async function readQr(video: HTMLVideoElement, read: (text: string) => boolean): Promise<() => void> {
  const { BarcodeDetector } = window;
  if (!BarcodeDetector) throw new Error('This browser reads no QR code');
  const detector = new BarcodeDetector({ formats: ['qr_code'] });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  let timer = 0;
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    window.clearTimeout(timer);
    for (const track of stream.getTracks()) track.stop();
  };
  const look = async (): Promise<void> => {
    // A frame that cannot be read is followed by another.
    const found = await detector.detect(video).catch(() => []);
    if (stopped) return;
    if (found.some(({ rawValue }) => read(rawValue))) stop();
    else timer = window.setTimeout(() => void look(), LOOK_EVERY_MS);
  };
  video.srcObject = stream;
  await video.play();
  void look();
  return stop;
}
