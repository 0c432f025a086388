'use client';
export {
  SessionRestoreBannerView as SessionRestoreBanner,
  type SessionRestoreBannerProps,
} from './SessionRestoreBannerView.tsx';
