export { Alarms, type Alarmed } from './alarms.ts';
export { CALL_EVENTS, type CallAccepted, type CallFinished, type WorkerTrouble } from './call-events.ts';
export { CallGateway, type CallGatewayOptions, type CallRequest, type CallTerms } from './call-gateway.ts';
export type { CallCounts, CallQueue, EndAnswer, EndReason, Lease, TakeOptions } from './call-queue.ts';
export type { CallRunner } from './call-runner.ts';
export { endedResult, type EndedWithout } from './ended-result.ts';
export { Heartbeat, type HeartbeatOptions } from './heartbeat.ts';
export type { HostRecord, HostRegistry } from './host-registry.ts';
export type { LogFeed } from './log-feed.ts';
export { publishLogs } from './publish-logs.ts';
export {
  roomError,
  roomRefusal,
  type QueueBounds,
  type RoomRefusal,
  type RoomRequest,
  type WantedRoom,
} from './queue-bounds.ts';
export type { ResultStore } from './result-store.ts';
export { WaitingCaller, type WaitEnd } from './waiting-caller.ts';
export { WorkerLoop, type WorkerLoopOptions } from './worker-loop.ts';
