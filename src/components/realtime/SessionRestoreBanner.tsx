'use client';
export {
  SessionRestoreBannerView as SessionRestoreBanner,
  type RestoreAction,
  type RestoreOutcome,
  type SessionRestoreBannerProps,
} from './SessionRestoreBannerView.tsx';
