/** One change of the product's source: `find` stands in the file exactly once. */
export interface Edit {
  /** From the repository's root. */
  file: string;
  find: string;
  replace: string;
}
export interface PlantedBug {
  name: string;
  edits: readonly Edit[];
}

const FOLD = 'packages/shared/jobReducer.ts';
const FEED = 'packages/core/gateway/jobFeed.ts';
const APPEND_PLAN = 'packages/core/log/appendPlan.ts';
const EVENT_ORDER = 'src/services/realtime/subscriptionEvents.ts';
const ANSWERS = 'src/services/realtime/subscriptionAnswers.ts';
const REQUESTS = 'src/services/realtime/subscriptionRequests.ts';

/** Mistakes that a careful person could make in this code. Two of the client's the simulation has found in it. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'the fold: what is known already is applied again',
    edits: [{ file: FOLD, find: "if (event.sequence <= state.sequence) return 'duplicate';", replace: '' }],
  },
  {
    name: 'the fold: a hole of one event is none',
    edits: [{ file: FOLD, find: 'first > state.sequence + 1', replace: 'first > state.sequence + 2' }],
  },
  {
    name: 'the fold: a hole is ignored',
    edits: [{ file: FOLD, find: "if (first > state.sequence + 1) return 'hole';", replace: '' }],
  },
  {
    name: 'the fold: a merged chunk that overlaps is appended whole',
    edits: [{ file: FOLD, find: 'chunk.text.slice(endOf(channel) - chunk.offset)', replace: 'chunk.text' }],
  },
  {
    name: 'the client: a hole is waited on for ever',
    edits: [
      {
        file: EVENT_ORDER,
        find: 'patienceEndsAt: patienceWithHole(holding, event, context)',
        replace: 'patienceEndsAt: null',
      },
    ],
  },
  {
    name: 'the client: the position is not sent, and the answer taken as if it had been',
    edits: [{ file: REQUESTS, find: 'after === null ? { jobId } : { jobId, after }', replace: '{ jobId }' }],
  },
  {
    name: 'the client: asks the server only once on each connection',
    edits: [{ file: REQUESTS, find: 'if (!served) slot.cancelTurn = cancel;', replace: 'slot.cancelTurn = cancel;' }],
  },
  {
    name: 'the client: stopped, it goes on saving',
    edits: [
      {
        file: 'src/services/realtime/sessionKeeper.ts',
        find: 'if (!stopped) timer ??=',
        replace: 'timer ??=',
      },
    ],
  },
  {
    name: 'the client: a history that was replaced is shown as its continuation',
    edits: [
      {
        file: ANSWERS,
        find: "settle(subscription, next, 'replaced', context)",
        replace: "settle(subscription, next, 'continued', context)",
      },
    ],
  },
  {
    name: 'the gateway: reads before it listens, and never compares',
    edits: [
      { file: FEED, find: '        await source.ready;\n', replace: '' },
      {
        file: 'packages/core/gateway/silenceWatch.ts',
        find: 'if (timer === undefined && isNeeded()) schedule',
        replace: 'if (timer === null) schedule',
      },
    ],
  },
  {
    name: 'the gateway: the ack comes after the first replayed event',
    edits: [
      { file: FEED, find: '        onPlaced(placement);\n', replace: '' },
      {
        file: FEED,
        find: 'catchUp.begin(subscriber, placed.page);',
        replace: 'catchUp.begin(subscriber, placed.page); onPlaced(placement);',
      },
    ],
  },
  {
    name: 'the gateway: goes live without sending what waits to be merged',
    edits: [
      {
        file: 'packages/core/gateway/liveAudience.ts',
        find: 'add(subscriber) {\n      fanOut.flush();',
        replace: 'add(subscriber) {',
      },
    ],
  },
  {
    name: 'the gateway: a push that was lost is passed over',
    edits: [{ file: FEED, find: '|| first.sequence > at.sequence + 1) {', replace: ') {' }],
  },
  {
    name: 'the gateway: an epoch says nothing',
    edits: [
      {
        file: 'packages/core/log/position.ts',
        find: 'if (position.epoch === log.epoch) return',
        replace: 'if (position.epoch !== undefined) return',
      },
    ],
  },
  {
    name: 'the log: a repeated append is appended again',
    edits: [{ file: APPEND_PLAN, find: 'if (request.from !== undefined) {', replace: 'if (request.from === -1) {' }],
  },
  {
    name: 'the log: a repeat of which a part is known loses one event',
    edits: [{ file: APPEND_PLAN, find: 'sequence + 1 - request.from', replace: 'sequence + 2 - request.from' }],
  },
  {
    name: 'the log: a worker that was replaced may still write',
    edits: [{ file: APPEND_PLAN, find: 'request.writer !== job.writer', replace: 'request.writer === null' }],
  },
];
