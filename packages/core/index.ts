export {
  JobLogUnavailableError,
  type AppendResult,
  type CheckMessage,
  type CreateRequest,
  type CreateResult,
  type HeartbeatResult,
  type JobHead,
  type JobLog,
  type JobLogMessage,
  type ListRequest,
  type ListedJob,
  type LogAppendRequest,
  type LogControlMessage,
  type LogSubscription,
  type Missing,
  type OwnedRequest,
  type OwnerMessage,
  type ReadRequest,
  type ReadResult,
  type TakeoverResult,
} from './jobLog.ts';
export {
  DEFAULT_GATEWAY_LIMITS,
  DEFAULT_GATEWAY_TIMINGS,
  roomOfJob,
  roomOfOwner,
  type Authenticate,
  type Authentication,
  type EmitToRoom,
  type FollowRequest,
  type Gateway,
  type GatewayConnection,
  type GatewayLimits,
  type GatewayOptions,
  type GatewaySession,
  type GatewayStats,
  type GatewayTimings,
  type Placement,
  type ServerEventName,
  type ServerEventPayloads,
} from './gatewayTypes.ts';
export { memoryJobLog, type JobLogFaults, type MemoryJobLog, type MemoryJobLogOptions } from './memoryJobLog.ts';
export { WORKER_LEASE_MS, WORKER_LOST_MS, logTimings, type LogTimings } from './logTimings.ts';
export {
  DEFAULT_EVENT_RETENTION,
  isCheckpointDue,
  isEnoughKept,
  isTrimDue,
  type EventRetention,
  type Extent,
} from './eventRetention.ts';
export { headOf, listed, type JobRecord, type JobStanding } from './jobRecord.ts';
export { isIdle, newLease, type Lease } from './lease.ts';
export { drawIncarnation, type Incarnation } from './writer.ts';
export { type Measured } from './acceptEvents.ts';
export { pageSize, placeRead, type ReadPlace } from './readPlace.ts';
export {
  createJobRules,
  type DueRuling,
  type JobChange,
  type JobRules,
  type Ruling,
  type Telling,
} from './jobRules.ts';
export { isOwned, pendingRequests } from './jobRequests.ts';
export { dueOf, type JobDue } from './jobDue.ts';
export { newestFirst, pageOfJobs, recentJobs } from './jobPages.ts';
export { createGateway } from './gateway.ts';
export { createWorkerApi } from './workerApi.ts';
export { ApiRefusal, httpStatusOf } from './apiResult.ts';
export { MERGE_LIMITS, mergeChunks, type MergeLimits } from './mergeChunks.ts';
export { contentLength, snapshotLength } from './contentLength.ts';
export { formatPosition, parsePosition, placePosition, samePosition, type EpochHistory } from './position.ts';
export { randomId } from './randomId.ts';
export {
  type ApiCaller,
  type ApiFailure,
  type ApiResult,
  type OpenStream,
  type StreamMessage,
  type WorkerApi,
  type WorkerApiOptions,
} from './workerApiTypes.ts';
