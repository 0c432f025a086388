'use client';
export {
  useSessionRestore,
  type RestoreAction,
  type RestoreBanner,
  type RestoreOutcome,
  type SessionRestore,
  type SessionRestoreOptions,
} from './sessionRestore.ts';
export { SessionRestoreBanner, type SessionRestoreBannerProps } from '../components/realtime/SessionRestoreBanner.tsx';
