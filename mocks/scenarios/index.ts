/** Every scenario, in the order of the Storybook sidebar. */
import type { Scenario } from '../scenario.ts';
import { allCompleted } from './allCompleted.ts';
import { anotherUser } from './anotherUser.ts';
import { arabicText } from './arabicText.ts';
import { cancelAfterReload } from './cancelAfterReload.ts';
import { cancelElsewhere } from './cancelElsewhere.ts';
import { cancelInTime } from './cancelInTime.ts';
import { cancelLost } from './cancelLost.ts';
import { cancelOfSilentWorker } from './cancelOfSilentWorker.ts';
import { cancelTooLate } from './cancelTooLate.ts';
import { cancelledMeanwhile } from './cancelledMeanwhile.ts';
import { catchingUp } from './catchingUp.ts';
import { chineseText } from './chineseText.ts';
import { codeText } from './codeText.ts';
import { completedMeanwhile } from './completedMeanwhile.ts';
import { connecting } from './connecting.ts';
import { damagedSession } from './damagedSession.ts';
import { degradedStore } from './degradedStore.ts';
import { draining } from './draining.ts';
import { dropAndResume } from './dropAndResume.ts';
import { emojiText } from './emojiText.ts';
import { failedMeanwhile } from './failedMeanwhile.ts';
import { failureFinal } from './failureFinal.ts';
import { failureRetryable } from './failureRetryable.ts';
import { fastStream } from './fastStream.ts';
import { flappingNetwork } from './flappingNetwork.ts';
import { foreignSession } from './foreignSession.ts';
import { fullButRunning } from './fullButRunning.ts';
import { goneMeanwhile } from './goneMeanwhile.ts';
import { halfOpen } from './halfOpen.ts';
import { happyPath } from './happyPath.ts';
import { hiddenTab } from './hiddenTab.ts';
import { history } from './history.ts';
import { holding } from './holding.ts';
import { idle } from './idle.ts';
import { longOutage } from './longOutage.ts';
import { longOutput } from './longOutput.ts';
import { longTitle } from './longTitle.ts';
import { malformedEvents } from './malformedEvents.ts';
import { manyJobs } from './manyJobs.ts';
import { noProgress } from './noProgress.ts';
import { noServer } from './noServer.ts';
import { nothingKnown } from './nothingKnown.ts';
import { offline } from './offline.ts';
import { pageCrash } from './pageCrash.ts';
import { pauseAndResume } from './pauseAndResume.ts';
import { queued } from './queued.ts';
import { refusedSignIn } from './refusedSignIn.ts';
import { reload } from './reload.ts';
import { reloadSeveral } from './reloadSeveral.ts';
import { reloadUnknownProgress } from './reloadUnknownProgress.ts';
import { reloadWithoutConnection } from './reloadWithoutConnection.ts';
import { runningAndFailed } from './runningAndFailed.ts';
import { serverRestart } from './serverRestart.ts';
import { serverRestartWithoutLog } from './serverRestartWithoutLog.ts';
import { skippedAndFailedSteps } from './skippedAndFailedSteps.ts';
import { staleSession } from './staleSession.ts';
import { stepsOnly } from './stepsOnly.ts';
import { threeJobs } from './threeJobs.ts';
import { threeRunning } from './threeRunning.ts';
import { tokenExpired } from './tokenExpired.ts';
import { tokenExpiring } from './tokenExpiring.ts';
import { tooManyConnections } from './tooManyConnections.ts';
import { twoJobs } from './twoJobs.ts';
import { wireFaults } from './wireFaults.ts';
import { workerCrash } from './workerCrash.ts';
import { workerLost } from './workerLost.ts';
import { workerSilent } from './workerSilent.ts';

export const SCENARIOS: readonly Scenario[] = [
  happyPath,
  fastStream,
  threeJobs,
  twoJobs,
  threeRunning,
  manyJobs,
  allCompleted,
  runningAndFailed,
  history,
  idle,
  connecting,
  noServer,
  dropAndResume,
  longOutage,
  offline,
  flappingNetwork,
  halfOpen,
  catchingUp,
  hiddenTab,
  pageCrash,
  reload,
  reloadSeveral,
  reloadUnknownProgress,
  reloadWithoutConnection,
  completedMeanwhile,
  failedMeanwhile,
  cancelledMeanwhile,
  goneMeanwhile,
  staleSession,
  foreignSession,
  damagedSession,
  serverRestart,
  serverRestartWithoutLog,
  draining,
  degradedStore,
  holding,
  wireFaults,
  malformedEvents,
  queued,
  workerSilent,
  workerCrash,
  workerLost,
  pauseAndResume,
  failureRetryable,
  failureFinal,
  cancelInTime,
  cancelTooLate,
  cancelLost,
  cancelOfSilentWorker,
  cancelAfterReload,
  cancelElsewhere,
  tokenExpiring,
  tokenExpired,
  refusedSignIn,
  anotherUser,
  tooManyConnections,
  stepsOnly,
  nothingKnown,
  noProgress,
  fullButRunning,
  longTitle,
  skippedAndFailedSteps,
  longOutput,
  arabicText,
  chineseText,
  emojiText,
  codeText,
];

export {
  happyPath,
  fastStream,
  threeJobs,
  twoJobs,
  threeRunning,
  manyJobs,
  allCompleted,
  runningAndFailed,
  history,
  idle,
  connecting,
  noServer,
  dropAndResume,
  longOutage,
  offline,
  flappingNetwork,
  halfOpen,
  catchingUp,
  hiddenTab,
  pageCrash,
  reload,
  reloadSeveral,
  reloadUnknownProgress,
  reloadWithoutConnection,
  completedMeanwhile,
  failedMeanwhile,
  cancelledMeanwhile,
  goneMeanwhile,
  staleSession,
  foreignSession,
  damagedSession,
  serverRestart,
  serverRestartWithoutLog,
  draining,
  degradedStore,
  holding,
  wireFaults,
  malformedEvents,
  queued,
  workerSilent,
  workerCrash,
  workerLost,
  pauseAndResume,
  failureRetryable,
  failureFinal,
  cancelInTime,
  cancelTooLate,
  cancelLost,
  cancelOfSilentWorker,
  cancelAfterReload,
  cancelElsewhere,
  tokenExpiring,
  tokenExpired,
  refusedSignIn,
  anotherUser,
  tooManyConnections,
  stepsOnly,
  nothingKnown,
  noProgress,
  fullButRunning,
  longTitle,
  skippedAndFailedSteps,
  longOutput,
  arabicText,
  chineseText,
  emojiText,
  codeText,
};
