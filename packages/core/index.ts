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
} from './log/jobLog.ts';
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
} from './gateway/gatewayTypes.ts';
export { memoryJobLog, type JobLogFaults, type MemoryJobLog, type MemoryJobLogOptions } from './memory/memoryJobLog.ts';
export { WORKER_LEASE_MS, WORKER_LOST_MS, logTimings, type LogTimings } from './log/logTimings.ts';
export {
  DEFAULT_EVENT_RETENTION,
  isCheckpointDue,
  isEnoughKept,
  isTrimDue,
  type EventRetention,
  type Extent,
} from './log/eventRetention.ts';
export { headOf, listed, type JobRecord, type JobStanding } from './log/jobRecord.ts';
export { isIdle, newLease, type Lease } from './log/lease.ts';
export { drawIncarnation, type Incarnation } from './log/writer.ts';
export { type Measured } from './log/acceptEvents.ts';
export { repeatedCount } from './log/appendPlan.ts';
export { pageSize, placeRead, type ReadPlace } from './log/readPlace.ts';
export {
  createJobRules,
  type DueRuling,
  type JobChange,
  type JobRules,
  type Ruling,
  type Telling,
} from './log/jobRules.ts';
export { isOwned, pendingRequests } from './log/jobRequests.ts';
export { dueOf, type JobDue } from './log/jobDue.ts';
export { newestFirst, pageOfJobs, recentJobs } from './log/jobPages.ts';
export { createGateway } from './gateway/gateway.ts';
export { createWorkerApi } from './api/workerApi.ts';
export { ApiRefusal, httpStatusOf } from './api/apiResult.ts';
export { MERGE_LIMITS, mergeChunks, type MergeLimits } from './gateway/mergeChunks.ts';
export { contentLength, snapshotLength } from './log/contentLength.ts';
export { formatPosition, parsePosition, placePosition, samePosition, type EpochHistory } from './log/position.ts';
export { randomId } from './log/randomId.ts';
export {
  type ApiCaller,
  type ApiFailure,
  type ApiResult,
  type OpenStream,
  type StreamMessage,
  type WorkerApi,
  type WorkerApiOptions,
} from './api/workerApiTypes.ts';
