/** The public API of @regen/realtime: components, hooks and the client. */
// ---- Client
export {
  DEFAULT_SERVER_URL,
  RealtimeError,
  createSocketClient,
  getSocketClient,
  type ClientDiagnostics,
  type ClientEvents,
  type ClientJobState,
  type ClientStatus,
  type CommandState,
  type ConnectionState,
  type Environment,
  type EnvironmentSignal,
  type FrameSource,
  type JobEntry,
  type JobSync,
  type OutputRope,
  type Ports,
  type ReadableStore,
  type RealtimeClient,
  type RealtimeErrorCode,
  type RealtimeState,
  type RestoredJob,
  type SessionStore,
  type SocketClient,
  type SocketClientOptions,
  type SocketStatus,
  type TabLock,
  type TextSource,
  type TextView,
  type TokenSource,
} from './client.ts';
// ---- Hooks
export { RealtimeProvider, useRealtimeClient, type RealtimeProviderProps } from './hooks/RealtimeProvider.tsx';
export {
  useSessionRestore,
  type RestoreAction,
  type RestoreBanner,
  type RestoreOutcome,
  type SessionRestore,
  type SessionRestoreOptions,
} from './hooks/sessionRestore.ts';
export { useConnection } from './hooks/useConnection.ts';
export { useJobProgress, type JobProgress, type JobProgressState } from './hooks/useJobProgress.ts';
export { useJobs } from './hooks/useJobs.ts';
export { useNow } from './hooks/useNow.ts';
export { useRealtimeSelector } from './hooks/useRealtimeSelector.ts';
export { WordsContext, useWords } from './hooks/wordsContext.ts';
// ---- Words
export { createEnglish, english } from './presentation/english.ts';
export { createFormats } from './presentation/wordFormats.ts';
export type { Announcement } from './presentation/announcements.ts';
export type { Message, Part, PercentParts, Sentence, Words } from './presentation/words.ts';
// ---- Components
export { GlobalAIStatusBar, type GlobalAIStatusBarProps } from './components/realtime/GlobalAIStatusBar.tsx';
export { JobTimelinePanel, type JobTimelinePanelProps } from './components/realtime/JobTimelinePanel.tsx';
export { LiveJobCard, type LiveJobCardProps } from './components/realtime/LiveJobCard.tsx';
export { SessionRestoreBanner, type SessionRestoreBannerProps } from './components/realtime/SessionRestoreBanner.tsx';
export { StreamText, type StreamTextProps } from './components/realtime/StreamText.tsx';
export { useAnnouncements } from './components/realtime/useAnnouncements.ts';
export { useBannerDismissal, type BannerDismissal } from './components/realtime/useBannerDismissal.ts';
export { useJobCallbacks, type JobOutput, type JobOutputOptions } from './components/realtime/useJobCallbacks.tsx';
export { useJobCard } from './components/realtime/useJobCard.ts';
export { useKeptFocus, type KeptFocus } from './components/realtime/useKeptFocus.ts';
export { usePanel, type Panel } from './components/realtime/usePanel.ts';
export { useStatusBar } from './components/realtime/useStatusBar.ts';
// ---- Parts, for layouts of one's own
export { Glyph, type GlyphProps } from './components/realtime/Glyph.tsx';
export { HangingBanner, type HangingBannerProps } from './components/realtime/HangingBanner.tsx';
export { JobActions, type JobActionsProps } from './components/realtime/JobActions.tsx';
export { JobCard, type JobCardProps } from './components/realtime/JobCard.tsx';
export { JobCardHeader, type JobCardHeaderProps } from './components/realtime/JobCardHeader.tsx';
export { JobCardMeta, type JobCardMetaProps } from './components/realtime/JobCardMeta.tsx';
export { JobHistory, type JobHistoryProps } from './components/realtime/JobHistory.tsx';
export { JobProgress as JobProgressLine, type JobProgressProps } from './components/realtime/JobProgress.tsx';
export { JobTimelinePanelView, type JobTimelinePanelViewProps } from './components/realtime/JobTimelinePanelView.tsx';
export { Lanes, type LanesProps } from './components/realtime/Lanes.tsx';
export { PanelPill, type PanelPillProps } from './components/realtime/PanelPill.tsx';
export { Rail, type RailProps } from './components/realtime/Rail.tsx';
export { Readout, type ReadoutProps } from './components/realtime/Readout.tsx';
export { Ring, type RingProps } from './components/realtime/Ring.tsx';
export { StatusBarView, type StatusBarViewProps } from './components/realtime/StatusBarView.tsx';
export { StepTrail, type StepTrailProps } from './components/realtime/StepTrail.tsx';
export { Well, type WellProps } from './components/realtime/Well.tsx';
// ---- What the parts show, derived from the client's state
export {
  jobCardView,
  type HangingBannerView,
  type JobActionsView,
  type JobCardView,
  type OutputView,
  type ReadoutView,
} from './presentation/jobCardView.ts';
export { jobPhase, type JobPhase } from './presentation/jobPhase.ts';
export type { LaneView } from './presentation/laneView.ts';
export type { PanelEvent } from './presentation/panelBehaviour.ts';
export type { HistoryRowView, PanelView } from './presentation/panelView.ts';
export type { JobCount, PillView, RingArc } from './presentation/pillView.ts';
export { railView, type RailInput, type RailValue, type RailView } from './presentation/railView.ts';
export { restoreView, type RestoreView } from './presentation/restoreView.ts';
export { statusBarView, type StatusBarView as StatusBarFacts } from './presentation/statusBarView.ts';
export type { StepTrailItem } from './presentation/stepTrail.ts';
export type { GlyphName, Tone } from './presentation/tone.ts';
// ---- The wire, as far as the types above name it
export type {
  CancelState,
  HandshakeError,
  JobError,
  JobStatus,
  JobStep,
  JobSummary,
  ResumeState,
  SubscribeOutcome,
} from '@regen/realtime-shared';
